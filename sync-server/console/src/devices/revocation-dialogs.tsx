import type { Device } from '@uketsuke/shared/contracts';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../controls/dialogs.tsx';
import { useAction } from '../controls/use-action.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';

interface DeviceDialogProps {
  readonly device: Device;
  /** Gets what to tell. */
  readonly onDone: (words: string) => void;
  readonly onCancel: () => void;
}

/** Asks before a kiosk or hub is revoked, and revokes it. */
export function RevokeDialog({ device, onDone, onCancel }: DeviceDialogProps) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const revocation = useAction();
  const name = device.deviceName;
  return (
    <ConfirmDialog
      heading={t('devices.revokeHeading', { name })}
      explanation={t(device.role === 'hub' ? 'devices.revokeHubExplanation' : 'devices.revokeExplanation')}
      action={t('devices.revoke')}
      danger
      busy={revocation.busy}
      failure={revocation.failure}
      onConfirm={() =>
        revocation.run(async () => {
          await client.revokeDevice({ params: { deviceId: device.deviceId } });
          onDone(t('devices.revokedNow', { name }));
        })
      }
      onCancel={onCancel}
    />
  );
}

/** Asks before a revocation is taken back, and takes it back. */
export function ReinstateDialog({ device, onDone, onCancel }: DeviceDialogProps) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const reinstatement = useAction();
  const name = device.deviceName;
  return (
    <ConfirmDialog
      heading={t('devices.reinstateHeading', { name })}
      explanation={t('devices.reinstateExplanation')}
      action={t('devices.reinstate')}
      busy={reinstatement.busy}
      failure={reinstatement.failure}
      onConfirm={() =>
        reinstatement.run(async () => {
          await client.reinstateDevice({ params: { deviceId: device.deviceId } });
          onDone(t('devices.reinstatedNow', { name }));
        })
      }
      onCancel={onCancel}
    />
  );
}
