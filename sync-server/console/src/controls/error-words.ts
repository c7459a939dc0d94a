import { useTranslation } from 'react-i18next';
import type { HeadquartersError } from '../server/headquarters-error.ts';

/** The sentence for a failed request, in the page's language. */
export function useErrorWords(): (error: HeadquartersError) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error.code === 'too-many-attempts' && error.retryAfterSeconds !== undefined) {
      return t('errors.tooManyAttemptsFor', { minutes: Math.ceil(error.retryAfterSeconds / 60) });
    }
    return t(`errors.${error.code}`);
  };
}
