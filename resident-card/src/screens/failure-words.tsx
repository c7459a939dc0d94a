import type { ApiError, ApiErrorCode } from '@uketsuke/shared/contracts';
import { useTranslation } from 'react-i18next';

const MESSAGES = {
  offline: 'failure.offline',
  unreachable: 'failure.unreachable',
  'database-unavailable': 'failure.unavailable',
  internal: 'failure.unavailable',
  'card-too-large': 'failure.tooLarge',
  'body-too-large': 'failure.tooLarge',
  'malformed-request': 'failure.malformed',
  'card-unknown': 'failure.unknownCard',
  'not-found': 'failure.unknownCard',
  'wrong-credentials': 'failure.unknownCard',
  'not-signed-in': 'failure.unknownCard',
  'card-revoked': 'failure.revokedCard',
} as const satisfies Partial<Record<ApiErrorCode, string>>;

const hasMessage = (code: ApiErrorCode): code is keyof typeof MESSAGES => Object.hasOwn(MESSAGES, code);

/** What went wrong with the server and what to do next, in words. */
export function FailureWords({ failure }: { readonly failure: ApiError }) {
  const { t } = useTranslation();
  const { code, retryAfterSeconds: seconds } = failure;
  if (code === 'too-many-attempts') {
    const wait =
      seconds === undefined
        ? t('failure.waitSomeTime')
        : seconds < 60
          ? t('failure.waitSeconds', { count: seconds })
          : t('failure.waitMinutes', { count: Math.ceil(seconds / 60) });
    return <p>{t('failure.tooMany', { wait })}</p>;
  }
  return <p>{t(hasMessage(code) ? MESSAGES[code] : 'failure.unexpected')}</p>;
}
