import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { Device, ShelterFacts } from '@uketsuke/shared/protocol';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { ConfirmDialog } from '../controls/dialogs.tsx';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefreshed } from '../live/use-refreshed.ts';
import { goTo } from '../navigation/use-route.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useShelters } from '../shelters/use-shelters.ts';
import { DevicesTable } from './devices-table.tsx';
import { EnrolmentCodeDialog } from './enrolment-code-dialog.tsx';

/** "Last seen" changes without any roster changing, so it is asked for at intervals. */
const LAST_SEEN_MS = 15_000;

/** The kiosks of a shelter: enrol one, see them, revoke one. */
export function DevicesPage({ shelterId }: { readonly shelterId: ShelterId | undefined }) {
  const { t } = useTranslation();
  const { shelters, failure, refresh } = useShelters();
  const shelter = shelters?.find((known) => known.shelterId === shelterId);
  return (
    <>
      <h1>{t('devices.heading')}</h1>
      <p>{t('devices.explanation')}</p>
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {shelters === undefined && !failure && <LoadingNotice />}
      {shelters && (
        <Choice
          label={t('devices.shelter')}
          value={shelter?.shelterId ?? ''}
          options={[
            { value: '', words: t('devices.choose') },
            ...shelters.map((known) => ({ value: known.shelterId, words: known.name })),
          ]}
          onChange={(value) => {
            const chosen = shelters.find((known) => known.shelterId === value);
            goTo({ page: 'administration', part: 'devices', ...(chosen ? { shelterId: chosen.shelterId } : {}) });
          }}
        />
      )}
      {shelter && <DevicesOfShelter key={shelter.shelterId} shelter={shelter} />}
    </>
  );
}

function DevicesOfShelter({ shelter }: { readonly shelter: ShelterFacts }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { data, failure, refresh } = useRefreshed({
    key: shelter.shelterId,
    load: (signal) => client.devices(shelter.shelterId, signal),
  });
  const [code, setCode] = useState<{ readonly code: string; readonly expiresAt: string }>();
  const [revoking, setRevoking] = useState<Device>();
  const [revoked, setRevoked] = useState<string>();
  const making = useAction();
  const revocation = useAction();

  useEffect(() => {
    const timer = setInterval(refresh, LAST_SEEN_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  const makeCode = () => making.run(async () => setCode(await client.makeEnrolmentCode(shelter.shelterId)));
  const revoke = (device: Device) =>
    revocation.run(async () => {
      await client.revokeDevice(device.deviceId);
      setRevoking(undefined);
      setRevoked(device.deviceName);
      refresh();
    });

  return (
    <>
      <div className="actions actions-start">
        <ActionButton
          className="button button-main"
          busy={making.busy}
          onPress={makeCode}
          data-testid="make-enrolment-code"
        >
          {t('devices.makeCode')}
        </ActionButton>
      </div>
      {making.failure && <FailureNotice failure={making.failure} />}
      {revoked !== undefined && <Notice kind="good">{t('devices.revokedNow', { name: revoked })}</Notice>}
      <h2>{t('devices.list', { name: shelter.name })}</h2>
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {data === undefined && !failure && <LoadingNotice />}
      {data?.devices.length === 0 && <p>{t('devices.none')}</p>}
      {data && data.devices.length > 0 && (
        <DevicesTable label={t('devices.list', { name: shelter.name })} devices={data.devices} onRevoke={setRevoking} />
      )}
      {code && <EnrolmentCodeDialog shelterName={shelter.name} {...code} onClose={() => setCode(undefined)} />}
      {revoking && (
        <ConfirmDialog
          heading={t('devices.revokeHeading', { name: revoking.deviceName })}
          explanation={t('devices.revokeExplanation')}
          action={t('devices.revoke')}
          danger
          busy={revocation.busy}
          failure={revocation.failure}
          onConfirm={() => revoke(revoking)}
          onCancel={() => {
            revocation.forget();
            setRevoking(undefined);
          }}
        />
      )}
    </>
  );
}
