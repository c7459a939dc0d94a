import type { SignedIn } from '@uketsuke/shared/contracts';
import { type ApiError, asApiError } from '@uketsuke/shared/contracts';
import { useCallback, useEffect, useState } from 'react';
import { createHeadquartersClient, type HeadquartersClient } from '../server/headquarters-client.ts';
import { isPassing } from '../server/passing-errors.ts';
import { ServerClock } from '../server/server-clock.ts';
import { uploadFile } from '../server/upload.ts';

const RECHECK_MS = 5_000;

/** Who is signed in, if anyone. */
export type Session =
  | { readonly kind: 'checking'; readonly failure?: ApiError }
  | { readonly kind: 'signed-out'; readonly because: 'start' | 'ended' | 'signed-out' }
  | { readonly kind: 'signed-in'; readonly account: SignedIn };

export interface SessionControl {
  readonly session: Session;
  readonly client: HeadquartersClient;
  readonly clock: ServerClock;
  readonly check: () => void;
  readonly signedIn: (account: SignedIn) => void;
  readonly signOut: () => void;
  /** The server says that the session is over. */
  readonly end: () => void;
}

/** Keeps the session: asks the server at the start, and leaves when any answer says that it is over. */
export function useSession(): SessionControl {
  const [session, setSession] = useState<Session>({ kind: 'checking' });
  const end = useCallback(
    () => setSession((now) => (now.kind === 'signed-in' ? { kind: 'signed-out', because: 'ended' } : now)),
    [],
  );
  const [{ client, clock }] = useState(() => {
    const serverClock = new ServerClock(() => Date.now());
    const onSessionProblem = (code: 'not-signed-in' | 'password-change-required') => {
      if (code === 'not-signed-in') end();
      else setSession(askForPasswordChange);
    };
    const doFetch: typeof fetch = (input, init) => fetch(input, init);
    return {
      clock: serverClock,
      client: createHeadquartersClient({ fetch: doFetch, upload: uploadFile, clock: serverClock, onSessionProblem }),
    };
  });

  const check = useCallback(() => {
    setSession({ kind: 'checking' });
    client.me().then(
      (account) => setSession({ kind: 'signed-in', account }),
      (thrown: unknown) => {
        const failure = asApiError(thrown);
        if (failure.code === 'not-signed-in') setSession({ kind: 'signed-out', because: 'start' });
        else setSession({ kind: 'checking', failure });
      },
    );
  }, [client]);

  useEffect(check, [check]);

  useEffect(() => {
    if (session.kind !== 'checking' || session.failure === undefined || !isPassing(session.failure)) return;
    const timer = setTimeout(check, RECHECK_MS);
    return () => clearTimeout(timer);
  }, [session, check]);

  const signedIn = useCallback((account: SignedIn) => setSession({ kind: 'signed-in', account }), []);
  const signOut = useCallback(() => {
    const leave = () => setSession({ kind: 'signed-out', because: 'signed-out' });
    client.signOut().then(leave, (thrown: unknown) => {
      const failure = asApiError(thrown);
      // Without an answer the cookie may live on: better to stay and say so than to look signed out.
      if (failure.code === 'not-signed-in') leave();
      else setSession({ kind: 'checking', failure });
    });
  }, [client]);

  return { session, client, clock, check, signedIn, signOut, end };
}

function askForPasswordChange(session: Session): Session {
  if (session.kind !== 'signed-in') return session;
  return { kind: 'signed-in', account: { ...session.account, mustChangePassword: true } };
}
