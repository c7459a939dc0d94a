import type { ShelterFacts } from '@uketsuke/shared/contracts';
import { useMemo } from 'react';
import { useRefreshed } from '../live/use-refreshed.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';

/** All registered shelters, by reading. */
export function useShelters() {
  const { client } = useHeadquarters();
  const refreshed = useRefreshed({ key: 'shelters', load: (signal) => client.shelters({}, { signal }) });
  const { data } = refreshed;
  const shelters = useMemo((): readonly ShelterFacts[] | undefined => {
    const collator = new Intl.Collator('ja');
    return data?.shelters.toSorted((left, right) => collator.compare(left.kana ?? left.name, right.kana ?? right.name));
  }, [data]);
  return { ...refreshed, shelters };
}
