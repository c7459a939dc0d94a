import { useTranslation } from 'react-i18next';
import { isWordKey } from '../i18n/word-key.ts';
import type { Failure } from './failures.ts';

/** The sentence for a failure, from `<group>.<code>` of the catalogue, else `<group>.other`. */
export function useFailureWords(group: 'enrolment.failed' | 'unlock.failed'): (failure: Failure) => string {
  const { t, i18n } = useTranslation();
  return ({ code, waitSeconds = 60 }) => {
    const wait =
      waitSeconds < 60
        ? t('wait.seconds', { count: Math.ceil(waitSeconds) })
        : t('wait.minutes', { count: Math.ceil(waitSeconds / 60) });
    const key = `${group}.${code}`;
    return t(isWordKey(i18n, key) ? key : `${group}.other`, { wait });
  };
}
