import type { ShelterSummary } from '@uketsuke/shared/contracts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../navigation/page-address.ts';
import { ReportAge } from '../time/report-age.tsx';
import { useServerNow } from '../time/use-server-now.ts';
import { useNumbers } from '../words/numbers.ts';
import { type Arrangement, SORT_COLUMNS, type SortColumn } from './arranging.ts';

const AGE_RENEWED_MS = 10_000;

/**
 * One row per shelter. What is not known says so; it is never a zero. A plain table, as React Aria's is too slow for
 * a city's shelters that change all the time.
 */
export function ShelterTable(props: {
  readonly shelters: readonly ShelterSummary[];
  readonly arrangement: Arrangement;
  readonly onArrange: (arrangement: Arrangement) => void;
}) {
  const { t } = useTranslation();
  const now = useServerNow(AGE_RENEWED_MS);
  return (
    <div className="table-frame">
      <table className="table shelter-table" aria-label={t('overview.table')}>
        <thead>
          <tr>
            {SORT_COLUMNS.map((column) => (
              <SortableColumn
                key={column}
                column={column}
                arrangement={props.arrangement}
                onArrange={props.onArrange}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {props.shelters.map((summary) => (
            <ShelterRow key={summary.shelter.shelterId} summary={summary} now={now} />
          ))}
        </tbody>
      </table>
      {props.shelters.length === 0 && <p className="table-empty">{t('overview.noMatch')}</p>}
    </div>
  );
}

function SortableColumn(props: {
  readonly column: SortColumn;
  readonly arrangement: Arrangement;
  readonly onArrange: (arrangement: Arrangement) => void;
}) {
  const { t } = useTranslation();
  const { column, arrangement } = props;
  const textual = column === 'name' || column === 'state' || column === 'lastReport';
  const direction = arrangement.column === column ? arrangement.direction : undefined;
  return (
    <th scope="col" aria-sort={direction ?? 'none'} className={textual ? 'sortable' : 'sortable number'}>
      <button
        type="button"
        onClick={() => props.onArrange({ column, direction: direction === 'ascending' ? 'descending' : 'ascending' })}
      >
        {t(`overview.columns.${column}`)}
        <span className="sort-mark" aria-hidden="true">
          {direction === undefined ? '' : direction === 'ascending' ? '▲' : '▼'}
        </span>
      </button>
    </th>
  );
}

function ShelterRow({ summary, now }: { readonly summary: ShelterSummary; readonly now: number }) {
  const { t } = useTranslation();
  const { shelter, counts } = summary;
  return (
    <tr data-testid="shelter-row" data-shelter-id={shelter.shelterId}>
      <th scope="row">
        <a className="table-link" href={hrefOf({ page: 'shelter', shelterId: shelter.shelterId })}>
          {shelter.name}
        </a>
      </th>
      <td>
        <span className={`mark mark-${summary.state}`}>{t(`state.${summary.state}`)}</span>
      </td>
      <NumberCell value={counts?.admitted ?? null} strong testId="admitted" />
      <NumberCell value={counts?.present ?? null} />
      <NumberCell value={counts?.out ?? null} />
      <NumberCell value={counts?.headcount ?? null} />
      <NumberCell value={counts?.byStay.shelter ?? null} />
      <NumberCell value={counts?.byStay.car ?? null} />
      <NumberCell value={counts?.byStay.home ?? null} />
      <td>
        <ReportAge moment={summary.lastReportAt} now={now} expected={summary.state === 'open'} />
      </td>
      <NumberCell value={summary.duplicates} alarming />
      <NumberCell value={summary.quarantined} alarming />
    </tr>
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
    <td className={props.strong ? 'number strong' : 'number'}>
      <span data-testid={props.testId}>{words}</span>
    </td>
  );
}
