import { type ApiError, asApiError } from '@uketsuke/shared/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Action {
  readonly busy: boolean;
  readonly failure: ApiError | undefined;
  /** Runs once at a time; a second call while busy does nothing. */
  readonly run: (work: () => Promise<void>) => void;
  readonly forget: () => void;
}

/** Something a button does: whether it is under way, and why it failed. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError>();
  const running = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = useCallback((work: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    work()
      .catch((thrown: unknown) => {
        if (mounted.current) setFailure(asApiError(thrown));
      })
      .finally(() => {
        running.current = false;
        if (mounted.current) setBusy(false);
      });
  }, []);
  const forget = useCallback(() => setFailure(undefined), []);
  return { busy, failure, run, forget };
}
