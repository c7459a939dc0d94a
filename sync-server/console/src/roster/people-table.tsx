import type { RosterPerson } from '@uketsuke/shared/contracts';
import { ageOn } from '@uketsuke/shared/person';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../navigation/page-address.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { formatDayAndTime, formatFullDate, japaneseDay } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';
import { Needs, PresenceMark, Remarks } from './marks.tsx';
import { rowKey } from './pages.ts';

const COLUMNS = ['name', 'age', 'shelter', 'presence', 'stay', 'needs', 'admittedAt', 'remarks'] as const;

/**
 * People of one shelter or of several, as the server sorted them (by kana). A plain table: React Aria's takes seconds
 * to show some hundred rows, and nothing here needs more than links.
 */
export function PeopleTable(props: {
  readonly label: string;
  readonly people: readonly RosterPerson[];
  /** Whether the people are of more than one shelter. */
  readonly showShelter: boolean;
}) {
  const { t } = useTranslation();
  const columns = COLUMNS.filter((column) => props.showShelter || column !== 'shelter');
  return (
    <div className="table-frame">
      <table className="table people-table" aria-label={props.label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`roster.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.people.map((person) => (
            <PersonRow key={rowKey(person)} person={person} showShelter={props.showShelter} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PersonRow({ person, showShelter }: { readonly person: RosterPerson; readonly showShelter: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { name } = person.person;
  return (
    <tr data-testid="roster-person" data-resident-id={person.residentId}>
      <th scope="row">
        <a className="table-link person-name" href={hrefOf({ page: 'person', residentId: person.residentId })}>
          <span className="kana">{name.kana ?? t('roster.noKana')}</span>
          <span className="written">{name.written}</span>
        </a>
      </th>
      <td>
        <AgeAndSex person={person} />
      </td>
      {showShelter && (
        <td>
          <a className="table-link" href={hrefOf({ page: 'shelter', shelterId: person.shelterId })}>
            {person.shelterName}
          </a>
        </td>
      )}
      <td>
        <PresenceMark presence={person.presence} />
        {person.presence !== 'present' && (
          <span className="cell-note">{t('roster.since', { time: formatDayAndTime(person.since, language) })}</span>
        )}
      </td>
      <td>{t(`terms.stay.${person.stay}`)}</td>
      <td className="wrapping">
        <Needs needs={person.person.needs} />
      </td>
      <td>
        <time dateTime={person.admittedAt} title={formatFullDate(person.admittedAt, language)}>
          {formatDayAndTime(person.admittedAt, language)}
        </time>
      </td>
      <td className="wrapping">
        <Remarks person={person} />
      </td>
    </tr>
  );
}

function AgeAndSex({ person }: { readonly person: RosterPerson }) {
  const { t } = useTranslation();
  const { clock } = useHeadquarters();
  const { birthDate, sex } = person.person;
  const age = birthDate === undefined ? undefined : ageOn(birthDate, japaneseDay(clock.now()));
  return (
    <>
      {age === undefined ? <span className="unknown">{t('unknown')}</span> : t('roster.age', { count: age })}
      {' ・ '}
      {t(`terms.sex.${sex}`)}
    </>
  );
}
