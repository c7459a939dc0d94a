import type { ApiError } from '@uketsuke/shared/contracts';
import { useTranslation } from 'react-i18next';

/** The sentence for a failed request, in the page's language. */
export function useErrorWords(): (error: ApiError) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error.code === 'too-many-attempts' && error.retryAfterSeconds !== undefined) {
      return t('errors.tooManyAttemptsFor', { minutes: Math.ceil(error.retryAfterSeconds / 60) });
    }
    return t(`errors.${error.code}`);
  };
}
