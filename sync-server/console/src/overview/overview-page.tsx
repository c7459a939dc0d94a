import type { StaffRole } from '@uketsuke/shared/contracts';
import { useEffect, useMemo, useState } from 'react';
import { Button, Input, Label, SearchField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Choice } from '../controls/choice.tsx';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { type Arrangement, arrange, filterShelters, type ShelterFilter } from './arranging.ts';
import { ShelterTable } from './shelter-table.tsx';
import { totalsOf } from './totals.ts';
import { TotalsBar } from './totals-bar.tsx';

const REBUILD_POLL_MS = 2_000;
const FILTERS = ['all', 'open', 'closed', 'unknown', 'attention'] as const;

/** All shelters the account may see, with totals; live. */
export function OverviewPage({ role }: { readonly role: StaffRole }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { data, failure, refresh } = useRefreshed({
    key: 'summaries',
    load: (signal) => client.summaries({}, { signal }),
  });
  const [arrangement, setArrangement] = useState<Arrangement>({ column: 'name', direction: 'ascending' });
  const [filter, setFilter] = useState<ShelterFilter>({ words: '', show: 'all' });
  const building = data !== undefined && !data.complete;

  useEffect(() => {
    if (!building) return;
    const timer = setInterval(refresh, REBUILD_POLL_MS);
    return () => clearInterval(timer);
  }, [building, refresh]);

  const all = data?.shelters;
  const shown = useMemo(
    () => (all === undefined ? [] : arrange(filterShelters(all, filter), arrangement)),
    [all, filter, arrangement],
  );
  const totals = useMemo(() => totalsOf(all ?? []), [all]);

  return (
    <>
      <h1>{t('overview.heading')}</h1>
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {building && <Notice kind="info">{t('overview.building')}</Notice>}
      {all === undefined && !failure && <LoadingNotice />}
      {all?.length === 0 && <Notice kind="info">{t(role === 'hq' ? 'overview.none' : 'overview.noneForRole')}</Notice>}
      {all !== undefined && all.length > 0 && (
        <>
          <TotalsBar totals={totals} />
          <div className="filters">
            <SearchField
              className="field filter-words"
              value={filter.words}
              onChange={(words) => setFilter({ ...filter, words })}
            >
              <Label>{t('overview.filter')}</Label>
              <div className="search-box">
                <Input placeholder={t('overview.filterHint')} />
                {filter.words !== '' && (
                  <Button className="clear" aria-label={t('search.clear')}>
                    {t('search.clear')}
                  </Button>
                )}
              </div>
            </SearchField>
            <Choice
              label={t('overview.show')}
              value={filter.show}
              options={FILTERS.map((value) => ({ value, words: t(`overview.filters.${value}`) }))}
              onChange={(show) => setFilter({ ...filter, show })}
            />
            <p className="filter-count" role="status">
              {t('overview.showing', { shown: shown.length, count: all.length })}
            </p>
          </div>
          <ShelterTable shelters={shown} arrangement={arrangement} onArrange={setArrangement} />
          <p className="hint">{t('overview.hint')}</p>
        </>
      )}
    </>
  );
}
