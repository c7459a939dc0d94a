import type { ApiError } from '@uketsuke/shared/contracts';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useErrorWords } from './error-words.ts';

const MARKS = { info: 'ℹ', good: '✓', caution: '▲', bad: '✕' } as const;

/** A message with a mark as well as a colour. `bad` and `caution` are read out at once. */
export function Notice({ kind, children }: { readonly kind: keyof typeof MARKS; readonly children: ReactNode }) {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'bad' || kind === 'caution' ? 'alert' : 'status'}>
      <span className="notice-mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div className="notice-body">{children}</div>
    </div>
  );
}

/** Says why something failed and what to do; with a button to try again where that can help. */
export function FailureNotice({
  failure,
  onRetry,
}: {
  readonly failure: ApiError;
  readonly onRetry?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const words = useErrorWords();
  return (
    <Notice kind="bad">
      <p>{words(failure)}</p>
      {onRetry && (
        <Button className="button" onPress={onRetry}>
          {t('retry')}
        </Button>
      )}
    </Notice>
  );
}

/** Shown while something is fetched for the first time. */
export function LoadingNotice({ words }: { readonly words?: string }) {
  const { t } = useTranslation();
  return (
    <p className="loading" role="status">
      {words ?? t('loading')}
    </p>
  );
}
