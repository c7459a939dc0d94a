import type { Device } from '@uketsuke/shared/contracts';
import { Button, Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { formatFullDate } from '../time/japan-time.ts';
import { ReportAge } from '../time/report-age.tsx';
import { useServerNow } from '../time/use-server-now.ts';
import { useLanguage } from '../words/language.ts';

/** Kiosks and hubs with when they were last heard of. */
export function DevicesTable(props: {
  readonly label: string;
  readonly devices: readonly Device[];
  readonly onRevoke: (device: Device) => void;
  readonly onReinstate: (device: Device) => void;
}) {
  const { t, i18n } = useTranslation();
  const now = useServerNow(10_000);
  return (
    <div className="table-frame">
      <Table className="table" aria-label={props.label}>
        <TableHeader>
          <Column isRowHeader>{t('devices.name')}</Column>
          <Column>{t('devices.kind')}</Column>
          <Column>{t('devices.state')}</Column>
          <Column>{t('devices.lastSeen')}</Column>
          <Column>{t('devices.enrolledAt')}</Column>
          <Column>{t('devices.action')}</Column>
        </TableHeader>
        <TableBody items={props.devices} dependencies={[now, i18n.language]}>
          {(device) => (
            <DeviceRow
              id={device.deviceId}
              device={device}
              now={now}
              onRevoke={props.onRevoke}
              onReinstate={props.onReinstate}
            />
          )}
        </TableBody>
      </Table>
    </div>
  );
}

/** `id` names the row to the table. */
function DeviceRow(props: {
  readonly id: string;
  readonly device: Device;
  readonly now: number;
  readonly onRevoke: (device: Device) => void;
  readonly onReinstate: (device: Device) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { device } = props;
  return (
    <Row id={props.id} data-testid="device-row" data-device-id={device.deviceId} textValue={device.deviceName}>
      <Cell>{device.deviceName}</Cell>
      <Cell>{t(`devices.kinds.${device.role}`)}</Cell>
      <Cell>
        {device.revokedAt === null ? (
          <span className="mark mark-open">{t('devices.valid')}</span>
        ) : (
          <span className="mark mark-closed">
            {t('devices.revoked', { time: formatFullDate(device.revokedAt, language) })}
          </span>
        )}
      </Cell>
      <Cell>
        {device.lastSeenAt === null ? (
          <span className="unknown">{t('devices.neverSeen')}</span>
        ) : (
          <ReportAge moment={device.lastSeenAt} now={props.now} expected={device.revokedAt === null} />
        )}
      </Cell>
      <Cell>{formatFullDate(device.enrolledAt, language)}</Cell>
      <Cell>
        {device.revokedAt === null ? (
          <Button
            className="button button-danger"
            aria-label={t('devices.revokeOf', { name: device.deviceName })}
            onPress={() => props.onRevoke(device)}
          >
            {t('devices.revoke')}
          </Button>
        ) : (
          <Button
            className="button"
            aria-label={t('devices.reinstateOf', { name: device.deviceName })}
            onPress={() => props.onReinstate(device)}
          >
            {t('devices.reinstate')}
          </Button>
        )}
      </Cell>
    </Row>
  );
}
