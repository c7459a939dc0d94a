import { useTranslation } from 'react-i18next';
import { Notice } from '../controls/notice.tsx';
import { useRefreshed } from '../live/use-refreshed.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { silentShelters } from './silent-shelters.ts';

/** Names the shelters that nothing was heard of: whoever is there is not found, and is not missing for that. */
export function SilentNotice() {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { data } = useRefreshed({ key: 'summaries', load: (signal) => client.summaries({}, { signal }) });
  const { names, others } = silentShelters(data?.shelters ?? []);
  if (names.length === 0) return null;
  const shelters = names.join(t('search.and'));
  return (
    <Notice kind="info">
      <span data-testid="silent-shelters">
        {others === 0 ? t('search.silent', { shelters }) : t('search.silentAndMore', { shelters, others })}
      </span>
    </Notice>
  );
}
