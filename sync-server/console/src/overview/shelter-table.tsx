import type { ShelterSummary } from '@uketsuke/shared/protocol';
import type { ReactNode } from 'react';
import { Cell, Column, Row, Table, TableBody, TableHeader } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../navigation/route.ts';
import { ReportAge } from '../time/report-age.tsx';
import { useServerNow } from '../time/use-server-now.ts';
import { useNumbers } from '../words/numbers.ts';
import { type Arrangement, SORT_COLUMNS, type SortColumn } from './arranging.ts';

const AGE_RENEWED_MS = 10_000;

/** One row per shelter. What is not known says so; it is never a zero. */
export function ShelterTable(props: {
  readonly shelters: readonly ShelterSummary[];
  readonly arrangement: Arrangement;
  readonly onArrange: (arrangement: Arrangement) => void;
}) {
  const { t, i18n } = useTranslation();
  const now = useServerNow(AGE_RENEWED_MS);
  return (
    <div className="table-frame">
      <Table
        className="table shelter-table"
        aria-label={t('overview.table')}
        sortDescriptor={props.arrangement}
        onSortChange={({ column, direction }) => {
          const known = SORT_COLUMNS.find((candidate) => candidate === column);
          if (known !== undefined) props.onArrange({ column: known, direction });
        }}
      >
        <TableHeader>
          {SORT_COLUMNS.map((column) => (
            <SortableColumn key={column} column={column} />
          ))}
        </TableHeader>
        <TableBody
          items={props.shelters}
          dependencies={[now, i18n.language]}
          renderEmptyState={() => <p className="table-empty">{t('overview.noMatch')}</p>}
        >
          {(summary) => <ShelterRow id={summary.shelter.shelterId} summary={summary} now={now} />}
        </TableBody>
      </Table>
    </div>
  );
}

function SortableColumn({ column }: { readonly column: SortColumn }) {
  const { t } = useTranslation();
  const textual = column === 'name' || column === 'state' || column === 'lastReport';
  return (
    <Column id={column} allowsSorting isRowHeader={column === 'name'} className={textual ? '' : 'number'}>
      {({ sortDirection }) => (
        <span className="column-words">
          {t(`overview.columns.${column}`)}
          <span className="sort-mark" aria-hidden="true">
            {sortDirection === undefined ? '' : sortDirection === 'ascending' ? '▲' : '▼'}
          </span>
        </span>
      )}
    </Column>
  );
}

/** `id` names the row to the table. */
function ShelterRow(props: { readonly id: string; readonly summary: ShelterSummary; readonly now: number }) {
  const { t } = useTranslation();
  const { summary, now } = props;
  const { shelter, counts } = summary;
  return (
    <Row id={props.id} data-testid="shelter-row" data-shelter-id={shelter.shelterId} textValue={shelter.name}>
      <Cell>
        <a className="table-link" href={hrefOf({ page: 'shelter', shelterId: shelter.shelterId })}>
          {shelter.name}
        </a>
      </Cell>
      <Cell>
        <span className={`mark mark-${summary.state}`}>{t(`state.${summary.state}`)}</span>
      </Cell>
      <NumberCell value={counts?.admitted ?? null} strong testId="admitted" />
      <NumberCell value={counts?.present ?? null} />
      <NumberCell value={counts?.out ?? null} />
      <NumberCell value={counts?.headcount ?? null} />
      <NumberCell value={counts?.byStay.shelter ?? null} />
      <NumberCell value={counts?.byStay.car ?? null} />
      <NumberCell value={counts?.byStay.home ?? null} />
      <Cell>
        <ReportAge moment={summary.lastReportAt} now={now} expected={summary.state === 'open'} />
      </Cell>
      <NumberCell value={summary.duplicates} alarming />
      <NumberCell value={summary.quarantined} alarming />
    </Row>
  );
}

function NumberCell(props: {
  readonly value: number | null;
  readonly strong?: boolean;
  /** More than zero needs someone to look at it. */
  readonly alarming?: boolean;
  readonly testId?: string;
}) {
  const { t } = useTranslation();
  const number = useNumbers();
  const words: ReactNode =
    props.value === null ? (
      <span className="unknown">{t('unknown')}</span>
    ) : props.alarming && props.value > 0 ? (
      <span className="mark mark-caution">▲ {number(props.value)}</span>
    ) : (
      number(props.value)
    );
  return (
    <Cell className={props.strong ? 'number strong' : 'number'}>
      <span data-testid={props.testId}>{words}</span>
    </Cell>
  );
}
