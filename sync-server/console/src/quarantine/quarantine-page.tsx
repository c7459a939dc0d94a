import type { ShelterId } from '@uketsuke/shared/identifiers';
import { useTranslation } from 'react-i18next';
import { Choice } from '../controls/choice.tsx';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { goTo } from '../navigation/use-route.ts';
import type { HeadquartersClient } from '../server/headquarters-client.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useShelters } from '../shelters/use-shelters.ts';
import { formatFullDate } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';

/** Records the server could not accept, with why (SYN-2). */
export function QuarantinePage({ shelterId }: { readonly shelterId: ShelterId | undefined }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { client } = useHeadquarters();
  const { shelters } = useShelters();
  const { data, failure, refresh } = useRefreshed({
    key: `quarantine ${shelterId ?? ''}`,
    load: (signal) => quarantinedAt(client, shelterId, signal),
  });
  const nameOf = (id: ShelterId) => shelters?.find((shelter) => shelter.shelterId === id)?.name ?? id;

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
      {data === undefined && !failure && <LoadingNotice />}
      {data?.length === 0 && <Notice kind="good">{t('quarantine.none')}</Notice>}
      {data && data.length > 0 && (
        <div className="table-frame">
          <table className="table" aria-label={t('quarantine.table')}>
            <thead>
              <tr>
                <th scope="col">{t('quarantine.receivedAt')}</th>
                <th scope="col">{t('quarantine.shelter')}</th>
                <th scope="col">{t('quarantine.reason')}</th>
                <th scope="col">{t('quarantine.device')}</th>
                <th scope="col">{t('quarantine.id')}</th>
              </tr>
            </thead>
            <tbody>
              {data.map((document) => (
                <tr
                  key={`${document.shelterId} ${document.deviceId} ${document.receivedAt} ${document.id}`}
                  data-testid="quarantined-document"
                >
                  <th scope="row">{formatFullDate(document.receivedAt, language)}</th>
                  <td>{nameOf(document.shelterId)}</td>
                  <td>{t(`quarantine.reasons.${document.reason}`)}</td>
                  <td>
                    <code>{document.deviceId}</code>
                  </td>
                  <td>
                    <code className="key">{document.id}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** What was set aside of one shelter, or of all that have something, latest first. */
async function quarantinedAt(client: HeadquartersClient, shelterId: ShelterId | undefined, signal: AbortSignal) {
  if (shelterId !== undefined) return (await client.quarantine(shelterId, signal)).documents;
  const { shelters } = await client.summaries(signal);
  const concerned = shelters.filter((summary) => summary.quarantined !== 0);
  const lists = await Promise.all(concerned.map(({ shelter }) => client.quarantine(shelter.shelterId, signal)));
  return lists
    .flatMap((list) => list.documents)
    .toSorted((left, right) => Date.parse(right.receivedAt) - Date.parse(left.receivedAt));
}
