import { ageOn } from '@uketsuke/shared/person';
import type { RosterPerson } from '@uketsuke/shared/protocol';
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../navigation/route.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { formatDayAndTime, formatFullDate, japaneseDay } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';
import { Needs, PresenceMark, Remarks } from './marks.tsx';
import { rowKey } from './pages.ts';

const COLUMNS = ['name', 'age', 'shelter', 'presence', 'stay', 'needs', 'admittedAt', 'remarks'] as const;

/** People of one shelter or of several, as the server sorted them (by kana). */
export function PeopleTable(props: {
  readonly label: string;
  readonly people: readonly RosterPerson[];
  /** Whether the people are of more than one shelter. */
  readonly showShelter: boolean;
}) {
  const { t, i18n } = useTranslation();
  const columns = COLUMNS.filter((column) => props.showShelter || column !== 'shelter');
  return (
    <div className="table-frame">
      <Table className="table people-table" aria-label={props.label}>
        <TableHeader>
          {columns.map((column) => (
            <Column key={column} id={column} isRowHeader={column === 'name'} className={`column-${column}`}>
              {t(`roster.columns.${column}`)}
            </Column>
          ))}
        </TableHeader>
        <TableBody items={props.people} dependencies={[i18n.language, props.showShelter]}>
          {(person) => <PersonRow id={rowKey(person)} person={person} showShelter={props.showShelter} />}
        </TableBody>
      </Table>
    </div>
  );
}

/** `id` names the row to the table. */
function PersonRow(props: { readonly id: string; readonly person: RosterPerson; readonly showShelter: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { person } = props;
  const { name } = person.person;
  return (
    <Row id={props.id} data-testid="roster-person" data-resident-id={person.residentId} textValue={name.written}>
      <Cell>
        <a className="table-link person-name" href={hrefOf({ page: 'person', residentId: person.residentId })}>
          <span className="kana">{name.kana ?? t('roster.noKana')}</span>
          <span className="written">{name.written}</span>
        </a>
      </Cell>
      <Cell>
        <AgeAndSex person={person} />
      </Cell>
      {props.showShelter && (
        <Cell>
          <a className="table-link" href={hrefOf({ page: 'shelter', shelterId: person.shelterId })}>
            {person.shelterName}
          </a>
        </Cell>
      )}
      <Cell>
        <PresenceMark presence={person.presence} />
        {person.presence !== 'present' && (
          <span className="cell-note">{t('roster.since', { time: formatDayAndTime(person.since, language) })}</span>
        )}
      </Cell>
      <Cell>{t(`terms.stay.${person.stay}`)}</Cell>
      <Cell>
        <Needs needs={person.person.needs} />
      </Cell>
      <Cell>
        <time dateTime={person.admittedAt} title={formatFullDate(person.admittedAt, language)}>
          {formatDayAndTime(person.admittedAt, language)}
        </time>
      </Cell>
      <Cell>
        <Remarks person={person} />
      </Cell>
    </Row>
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
