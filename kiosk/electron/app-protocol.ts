import { randomBytes } from 'node:crypto';
import { contentSecurityPolicy, PAGE_SECURITY_HEADERS, withStyleNonce } from '../host/content-security-policy.ts';
import { readPageFile } from '../host/page-files/page-file.ts';
import { mayNavigateTo } from './navigation-policy.ts';

/** Registered before Electron is ready: `app://` behaves like https, so that camera, store and workers work. */
export const APP_SCHEME = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

/** Answers a request for `app://uketsuke/…` with a file of the built page; 404 for anything else. */
export async function answerAppRequest(
  address: string,
  options: { readonly uiDirectory: string; readonly serverUrl: string | null },
): Promise<Response> {
  const file = mayNavigateTo(address) ? await readPageFile(options.uiDirectory, new URL(address).pathname) : null;
  if (file === null) return new Response(null, { status: 404 });
  const styleNonce = randomBytes(16).toString('base64url');
  const connect = options.serverUrl === null ? [] : [options.serverUrl];
  return new Response(
    file.isIndex ? withStyleNonce(file.body.toString('utf8'), styleNonce) : new Uint8Array(file.body),
    {
      headers: {
        ...PAGE_SECURITY_HEADERS,
        'Content-Security-Policy': contentSecurityPolicy({ connect, styleNonce }),
        'Content-Type': file.mediaType,
      },
    },
  );
}
