import type { QuarantineReleaseAll } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { Choice } from '../controls/choice.tsx';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useAction } from '../controls/use-action.ts';
import { useRefreshed } from '../live/use-refreshed.ts';
import { goTo } from '../navigation/use-page-address.ts';
import type { HeadquartersClient } from '../server/headquarters-client.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useShelters } from '../shelters/use-shelters.ts';
import { DiscardDialog } from './discard-dialog.tsx';
import { type KeptDocument, QuarantineTable } from './quarantine-table.tsx';
import { ReleaseAllOutcome, ReleaseOutcome, type ReleaseOutcomeProps } from './release-outcome.tsx';

type Outcome =
  | { readonly of: 'discard' }
  | ({ readonly of: 'one' } & ReleaseOutcomeProps)
  | ({ readonly of: 'all' } & QuarantineReleaseAll);

/** Records the server could not accept, with why (SYN-2); they can be tried again after a fix (SYN-13). */
export function QuarantinePage({ shelterId }: { readonly shelterId: ShelterId | undefined }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { shelters } = useShelters();
  const { data, failure, refresh } = useRefreshed({
    key: `quarantine ${shelterId ?? ''}`,
    load: (signal) => quarantinedAt(client, shelterId, signal),
  });
  const releasing = useAction();
  const [outcome, setOutcome] = useState<Outcome>();
  const [busyId, setBusyId] = useState<string>();
  const [toDiscard, setToDiscard] = useState<KeptDocument>();
  const nameOf = (id: ShelterId) => shelters?.find((shelter) => shelter.shelterId === id)?.name ?? id;

  const release = (document: KeptDocument) =>
    releasing.run(async () => {
      setBusyId(document.id);
      const result = await client.release({ params: { id: document.id } });
      setOutcome({ of: 'one', id: document.eventId ?? document.id, result });
      refresh();
    });
  const releaseAll = (documents: readonly KeptDocument[]) =>
    releasing.run(async () => {
      setBusyId(undefined);
      setOutcome({ of: 'all', ...(await releasedAt(client, documents)) });
      refresh();
    });

  return (
    <>
      <h1>{t('quarantine.heading')}</h1>
      <p>{t('quarantine.explanation')}</p>
      <Choice
        label={t('quarantine.shelter')}
        value={shelterId ?? ''}
        options={[
          { value: '', words: t('quarantine.all') },
          ...(shelters ?? []).map((shelter) => ({ value: shelter.shelterId, words: shelter.name })),
        ]}
        onChange={(value) => {
          const chosen = shelters?.find((shelter) => shelter.shelterId === value);
          goTo({ page: 'administration', part: 'quarantine', ...(chosen ? { shelterId: chosen.shelterId } : {}) });
        }}
      />
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {releasing.failure && <FailureNotice failure={releasing.failure} />}
      {outcome?.of === 'one' && <ReleaseOutcome {...outcome} />}
      {outcome?.of === 'discard' && <Notice kind="good">{t('quarantine.discarded')}</Notice>}
      {outcome?.of === 'all' && <ReleaseAllOutcome {...outcome} />}
      {data === undefined && !failure && <LoadingNotice />}
      {data?.length === 0 && <Notice kind="good">{t('quarantine.none')}</Notice>}
      {data && data.length > 0 && (
        <>
          <p>{t('quarantine.howToRelease')}</p>
          <div className="actions actions-start">
            <ActionButton
              className="button button-main"
              busy={releasing.busy}
              onPress={() => releaseAll(data)}
              data-testid="release-all"
            >
              {shelterId === undefined
                ? t('quarantine.releaseAll')
                : t('quarantine.releaseAllOf', { name: nameOf(shelterId) })}
            </ActionButton>
          </div>
          <QuarantineTable
            documents={data}
            nameOf={nameOf}
            busyId={releasing.busy ? busyId : undefined}
            onRelease={release}
            onDiscard={setToDiscard}
          />
        </>
      )}
      {toDiscard && (
        <DiscardDialog
          document={toDiscard}
          onDone={() => {
            setToDiscard(undefined);
            setOutcome({ of: 'discard' });
            refresh();
          }}
          onCancel={() => setToDiscard(undefined)}
        />
      )}
    </>
  );
}

/** What was set aside of one shelter, or of all that have something, latest first. */
async function quarantinedAt(client: HeadquartersClient, shelterId: ShelterId | undefined, signal: AbortSignal) {
  if (shelterId !== undefined) return (await client.quarantine({ query: { shelterId } }, { signal })).documents;
  const { shelters } = await client.summaries({}, { signal });
  const concerned = shelters.filter((summary) => summary.quarantined !== 0);
  const lists = await Promise.all(
    concerned.map(({ shelter: { shelterId: id } }) => client.quarantine({ query: { shelterId: id } }, { signal })),
  );
  return lists
    .flatMap((list) => list.documents)
    .toSorted((left, right) => Date.parse(right.receivedAt) - Date.parse(left.receivedAt));
}

/** Tries all that is kept of the shelters that these documents are of. */
async function releasedAt(
  client: HeadquartersClient,
  documents: readonly KeptDocument[],
): Promise<QuarantineReleaseAll> {
  const total = { released: 0, kept: 0, notWhole: 0 };
  for (const shelterId of new Set(documents.map((document) => document.shelterId))) {
    const { released, kept, notWhole } = await client.releaseAll({ params: { shelterId } });
    total.released += released;
    total.kept += kept;
    total.notWhole += notWhole;
  }
  return total;
}
