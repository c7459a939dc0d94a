import type { ShelterId } from '@uketsuke/shared/identifiers';
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components';
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
          <Table className="table" aria-label={t('quarantine.table')}>
            <TableHeader>
              <Column isRowHeader>{t('quarantine.receivedAt')}</Column>
              <Column>{t('quarantine.shelter')}</Column>
              <Column>{t('quarantine.reason')}</Column>
              <Column>{t('quarantine.device')}</Column>
              <Column>{t('quarantine.id')}</Column>
            </TableHeader>
            <TableBody items={data} dependencies={[language, shelters]}>
              {(document) => (
                <Row
                  id={`${document.shelterId} ${document.deviceId} ${document.receivedAt} ${document.id}`}
                  data-testid="quarantined-document"
                >
                  <Cell>{formatFullDate(document.receivedAt, language)}</Cell>
                  <Cell>{nameOf(document.shelterId)}</Cell>
                  <Cell>{t(`quarantine.reasons.${document.reason}`)}</Cell>
                  <Cell>
                    <code>{document.deviceId}</code>
                  </Cell>
                  <Cell>
                    <code className="key">{document.id}</code>
                  </Cell>
                </Row>
              )}
            </TableBody>
          </Table>
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
