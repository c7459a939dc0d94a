import type { RosterPerson } from '@uketsuke/shared/contracts';
import type { ResidentId } from '@uketsuke/shared/identifiers';
import { formatAddress } from '@uketsuke/shared/person';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useRosterComplete } from '../live/live-context.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { hrefOf } from '../navigation/page-address.ts';
import { Needs, PresenceMark, Remarks } from '../roster/marks.tsx';
import { rowKey } from '../roster/pages.ts';
import { PeopleTable } from '../roster/people-table.tsx';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { formatFullDate } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';

/** Everything known of one resident: every shelter's entry, and who came with them. */
export function PersonPage({ residentId }: { readonly residentId: ResidentId }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { data, failure, refresh } = useRefreshed({
    key: residentId,
    load: (signal) => client.person({ params: { residentId } }, { signal }),
  });
  const latest = data?.entries[0];
  const missing = failure?.code === 'not-found' || data?.entries.length === 0;
  // While the server still reads its records, nobody is missing for certain.
  const complete = useRosterComplete();

  return (
    <>
      <p className="way-back">
        <a href={hrefOf({ page: 'search' })}>← {t('navigation.backToSearch')}</a>
        {latest && <a href={hrefOf({ page: 'shelter', shelterId: latest.shelterId })}>{latest.shelterName}</a>}
      </p>
      <h1>
        {latest === undefined ? (
          t('person.heading')
        ) : (
          <span className="person-title">
            <span className="kana">{latest.person.name.kana ?? t('roster.noKana')}</span>
            {latest.person.name.written}
          </span>
        )}
      </h1>
      {!complete && <Notice kind="info">{t('search.incomplete')}</Notice>}
      {missing && complete && <Notice kind="caution">{t('person.missing')}</Notice>}
      {failure && !missing && <FailureNotice failure={failure} onRetry={refresh} />}
      {data === undefined && !failure && <LoadingNotice />}
      {data && latest && !missing && (
        <>
          <PersonFacts entry={latest} />
          <h2>{t('person.entries')}</h2>
          <ol className="entries">
            {data.entries.map((entry, position) => (
              <li key={rowKey(entry)}>
                <Entry entry={entry} latest={position === 0 && data.entries.length > 1} />
              </li>
            ))}
          </ol>
          <h2>{t('person.household')}</h2>
          {data.household.length === 0 ? (
            <p>{t('person.alone')}</p>
          ) : (
            <PeopleTable label={t('person.household')} people={data.household} showShelter />
          )}
        </>
      )}
    </>
  );
}

function PersonFacts({ entry }: { readonly entry: RosterPerson }) {
  const { t } = useTranslation();
  const { person, address } = entry;
  return (
    <dl className="facts">
      <Fact words={t('person.birthDate')}>{person.birthDate}</Fact>
      <Fact words={t('person.sex')}>{t(`terms.sex.${person.sex}`)}</Fact>
      <Fact words={t('person.phone')}>{person.phone && <a href={`tel:${person.phone}`}>{person.phone}</a>}</Fact>
      <Fact words={t('person.address')}>{address && formatAddress(address)}</Fact>
      <Fact words={t('person.needs')}>
        <Needs needs={person.needs} />
      </Fact>
      <Fact words={t('person.residentId')}>{entry.residentId}</Fact>
    </dl>
  );
}

function Fact({ words, children }: { readonly words: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{words}</dt>
      <dd>{children ?? <span className="hint">{t('person.notTold')}</span>}</dd>
    </div>
  );
}

function Entry({ entry, latest }: { readonly entry: RosterPerson; readonly latest: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const time = (moment: string) => <time dateTime={moment}>{formatFullDate(moment, language)}</time>;
  return (
    <article className="entry">
      <h3>
        <a href={hrefOf({ page: 'shelter', shelterId: entry.shelterId })}>{entry.shelterName}</a>{' '}
        {latest && <span className="mark mark-open">{t('person.latest')}</span>}
      </h3>
      <dl className="facts">
        <Fact words={t('person.presence')}>
          <PresenceMark presence={entry.presence} />
        </Fact>
        <Fact words={t('person.stay')}>{t(`terms.stay.${entry.stay}`)}</Fact>
        <Fact words={t('person.admittedAt')}>{time(entry.admittedAt)}</Fact>
        <Fact words={t('person.since')}>{time(entry.since)}</Fact>
        <Fact words={t('person.assurance')}>{t(`terms.assurance.${entry.assurance}`)}</Fact>
      </dl>
      <Remarks person={entry} />
    </article>
  );
}
