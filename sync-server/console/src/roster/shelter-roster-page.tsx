import type { ShelterSummary, StaffRole } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { useTranslation } from 'react-i18next';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useRosterComplete } from '../live/live-context.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { hrefOf } from '../navigation/page-address.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { ReportAge } from '../time/report-age.tsx';
import { useServerNow } from '../time/use-server-now.ts';
import { useNumbers } from '../words/numbers.ts';
import { MoreButton } from './more-button.tsx';
import { PeopleTable } from './people-table.tsx';
import { usePeople } from './use-people.ts';

/** Everyone at one shelter, by kana; live. */
export function ShelterRosterPage({ shelterId, role }: { readonly shelterId: ShelterId; readonly role: StaffRole }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const summaries = useRefreshed({ key: 'summaries', load: (signal) => client.summaries({}, { signal }) });
  const people = usePeople({
    key: shelterId,
    fetchPage: (page, signal) => client.people({ params: { shelterId }, query: page }, { signal }),
    // The server names a shelter as changed also when only a duplicate elsewhere came or went.
    concerns: (change) => change === 'anything' || change.includes(shelterId),
  });
  const complete = useRosterComplete();
  const summary = summaries.data?.shelters.find((known) => known.shelter.shelterId === shelterId);
  const name = summary?.shelter.name ?? people.data?.people[0]?.shelterName;

  return (
    <>
      <p className="way-back">
        <a href={hrefOf({ page: 'overview' })}>← {t('navigation.back')}</a>
        {role === 'hq' && (
          <a href={hrefOf({ page: 'administration', part: 'devices', shelterId })}>
            {t('administration.parts.devices')}
          </a>
        )}
      </p>
      <h1>{name === undefined ? t('roster.table') : t('roster.heading', { name })}</h1>
      {summary && <ShelterFigures summary={summary} />}
      {!complete && <Notice kind="info">{t('search.incomplete')}</Notice>}
      {people.failure && <FailureNotice failure={people.failure} onRetry={people.refresh} />}
      {people.data === undefined && !people.failure && <LoadingNotice />}
      {people.data && people.data.people.length === 0 && (
        <Notice kind="info">{t(summary?.counts === null ? 'roster.noneYet' : 'roster.none')}</Notice>
      )}
      {people.data && people.data.people.length > 0 && (
        <>
          <PeopleTable label={t('roster.table')} people={people.data.people} showShelter={false} />
          <MoreButton shown={people.data} growing={people.growing} onMore={people.showMore} />
        </>
      )}
    </>
  );
}

function ShelterFigures({ summary }: { readonly summary: ShelterSummary }) {
  const { t } = useTranslation();
  const number = useNumbers();
  const now = useServerNow(10_000);
  const figure = (value: number | undefined) =>
    value === undefined ? <span className="unknown">{t('unknown')}</span> : <strong>{number(value)}</strong>;
  const { counts } = summary;
  return (
    <dl className="figures">
      <div>
        <dt>{t('overview.columns.state')}</dt>
        <dd>
          <span className={`mark mark-${summary.state}`}>{t(`state.${summary.state}`)}</span>
        </dd>
      </div>
      {(['admitted', 'present', 'out', 'headcount'] as const).map((column) => (
        <div key={column}>
          <dt>{t(`overview.columns.${column}`)}</dt>
          <dd>{figure(counts?.[column])}</dd>
        </div>
      ))}
      {(['shelter', 'car', 'home'] as const).map((stay) => (
        <div key={stay}>
          <dt>{t(`terms.stay.${stay}`)}</dt>
          <dd>{figure(counts?.byStay[stay])}</dd>
        </div>
      ))}
      <div>
        <dt>{t('overview.columns.lastReport')}</dt>
        <dd>
          <ReportAge moment={summary.lastReportAt} now={now} expected={summary.state === 'open'} />
        </dd>
      </div>
    </dl>
  );
}
