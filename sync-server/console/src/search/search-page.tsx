import { Button, Input, Label, SearchField, Text } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { useRosterComplete } from '../live/live-context.tsx';
import { MoreButton } from '../roster/more-button.tsx';
import { PeopleTable } from '../roster/people-table.tsx';
import { usePeople } from '../roster/use-people.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { SilentNotice } from './silent-notice.tsx';
import { useSettled } from './use-settled.ts';

const SETTLE_MS = 250;
/** In the first hours something changes all the time; a search need not follow every change. */
const PACE_MS = 2_000;

/** People by name or reading, across all shelters the account may see. The words live outside, to come back to. */
export function SearchPage({ words, onWords }: { readonly words: string; readonly onWords: (words: string) => void }) {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const complete = useRosterComplete();
  const typed = words.trim();
  const settled = useSettled(typed, SETTLE_MS);
  const people = usePeople({
    key: settled === '' ? undefined : settled,
    fetchPage: (page, signal) => client.search({ query: { q: settled, ...page } }, { signal }),
    paceMs: PACE_MS,
  });
  const current = typed === settled ? people.data : undefined;

  return (
    <>
      <h1>{t('search.heading')}</h1>
      <SearchField className="field search-field" value={words} onChange={onWords} maxLength={60} autoFocus>
        <Label>{t('search.label')}</Label>
        <div className="search-box">
          <Input data-testid="search-input" autoComplete="off" spellCheck={false} />
          {words !== '' && (
            <Button className="clear" aria-label={t('search.clear')}>
              {t('search.clear')}
            </Button>
          )}
        </div>
        <Text slot="description">{t('search.hint')}</Text>
      </SearchField>
      {!complete && <Notice kind="info">{t('search.incomplete')}</Notice>}
      {people.failure && <FailureNotice failure={people.failure} onRetry={people.refresh} />}
      <p className="search-outcome" role="status">
        {outcome()}
      </p>
      {typed !== '' && current?.total === 0 && <SilentNotice />}
      {typed !== '' && current && current.people.length > 0 && (
        <>
          <PeopleTable label={t('search.heading')} people={current.people} showShelter />
          <MoreButton shown={current} growing={people.growing} onMore={people.showMore} />
        </>
      )}
    </>
  );

  function outcome(): string {
    if (typed === '') return t('search.start');
    if (current === undefined) return people.failure === undefined ? t('search.searching') : '';
    return current.total === 0 ? t('search.none', { words: typed }) : t('search.found', { count: current.total });
  }
}
