import { useMemo } from 'react';
import { useLanguage } from './language.ts';

/** Writes whole numbers the way the page's language does. */
export function useNumbers(): (value: number) => string {
  const language = useLanguage();
  return useMemo(() => {
    const format = new Intl.NumberFormat(language);
    return (value) => format.format(value);
  }, [language]);
}
