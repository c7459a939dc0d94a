import {
  ApiError,
  apiErrorOf,
  type Client,
  createClient,
  fetchSend,
  headquartersContracts,
  type Send,
} from '@uketsuke/shared/contracts';
import type { ServerClock } from './server-clock.ts';
import type { Upload } from './upload.ts';

const REQUEST_TIMEOUT_MS = 20_000;

/** What the client needs from outside. */
export interface ClientSurroundings {
  readonly fetch: typeof fetch;
  readonly upload: Upload;
  readonly clock: ServerClock;
  /** Called when an answer says that the session is over or needs a new password first. */
  readonly onSessionProblem: (code: 'not-signed-in' | 'password-change-required') => void;
}

/** The headquarters API, one function per contract. Every one rejects with ApiError. */
export type HeadquartersClient = Client<typeof headquartersContracts, Blob>;

/** Makes a client on the page's own origin, with its cookie session. */
export function createHeadquartersClient(surroundings: ClientSurroundings): HeadquartersClient {
  return createClient(headquartersContracts, sendOver(surroundings));
}

function sendOver({ fetch: fetcher, upload, clock, onSessionProblem }: ClientSurroundings): Send<Blob> {
  const init: RequestInit = { credentials: 'same-origin', cache: 'no-store' };
  const send = fetchSend({ fetch: fetcher, timeoutMs: REQUEST_TIMEOUT_MS, init });
  return async (request) => {
    const headers = request.method === 'GET' ? request.headers : { ...request.headers, 'x-uketsuke': '1' };
    const { path, upload: file, onProgress = () => {} } = request;
    const response = await (file === undefined
      ? send({ ...request, headers })
      : upload(path, file, headers, onProgress).catch((cause: unknown) => {
          throw new ApiError('unreachable', { cause });
        }));
    clock.note(response.headers.get('date'));
    if (!response.ok) {
      const { code } = await apiErrorOf(response.clone());
      if (code === 'not-signed-in' || code === 'password-change-required') onSessionProblem(code);
    }
    return response;
  };
}
