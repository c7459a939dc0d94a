import type { Device, ShelterFacts } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefreshed } from '../live/use-refreshed.ts';
import { goTo } from '../navigation/use-page-address.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useShelters } from '../shelters/use-shelters.ts';
import { DevicesTable } from './devices-table.tsx';
import { EnrolmentCodeDialog } from './enrolment-code-dialog.tsx';
import { ReinstateDialog, RevokeDialog } from './revocation-dialogs.tsx';

/** "Last seen" changes without any roster changing, so it is asked for at intervals. */
const LAST_SEEN_MS = 15_000;

/** The kiosks and hubs of a shelter: enrol one, see them, revoke one or take that back. */
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
    load: (signal) => client.devices({ params: { shelterId: shelter.shelterId } }, { signal }),
  });
  const [code, setCode] = useState<{
    readonly role: Device['role'];
    readonly code: string;
    readonly expiresAt: string;
  }>();
  const [revoking, setRevoking] = useState<Device>();
  const [reinstating, setReinstating] = useState<Device>();
  const [done, setDone] = useState<string>();
  const making = useAction();
  const makingForHub = useAction();

  useEffect(() => {
    const timer = setInterval(refresh, LAST_SEEN_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  const makeCode = (role: Device['role']) =>
    (role === 'hub' ? makingForHub : making).run(async () =>
      setCode({
        role,
        ...(await client.createEnrolmentCode({ params: { shelterId: shelter.shelterId }, body: { for: role } })),
      }),
    );
  const tell = (words: string) => {
    setRevoking(undefined);
    setReinstating(undefined);
    setDone(words);
    refresh();
  };

  return (
    <>
      <div className="actions actions-start">
        <ActionButton
          className="button button-main"
          busy={making.busy}
          onPress={() => makeCode('kiosk')}
          data-testid="make-enrolment-code"
        >
          {t('devices.makeCode')}
        </ActionButton>
        <ActionButton
          className="button"
          busy={makingForHub.busy}
          onPress={() => makeCode('hub')}
          data-testid="make-hub-enrolment-code"
        >
          {t('devices.makeHubCode')}
        </ActionButton>
      </div>
      {making.failure && <FailureNotice failure={making.failure} />}
      {makingForHub.failure && <FailureNotice failure={makingForHub.failure} />}
      {done !== undefined && <Notice kind="good">{done}</Notice>}
      <h2>{t('devices.list', { name: shelter.name })}</h2>
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {data === undefined && !failure && <LoadingNotice />}
      {data?.devices.length === 0 && <p>{t('devices.none')}</p>}
      {data && data.devices.length > 0 && (
        <DevicesTable
          label={t('devices.list', { name: shelter.name })}
          devices={data.devices}
          onRevoke={setRevoking}
          onReinstate={setReinstating}
        />
      )}
      {code && <EnrolmentCodeDialog shelterName={shelter.name} {...code} onClose={() => setCode(undefined)} />}
      {revoking && <RevokeDialog device={revoking} onDone={tell} onCancel={() => setRevoking(undefined)} />}
      {reinstating && <ReinstateDialog device={reinstating} onDone={tell} onCancel={() => setReinstating(undefined)} />}
    </>
  );
}
