import {
  BUNDLE_MEDIA_TYPE,
  bundleImportResponseSchema,
  type Device,
  deviceKeysStateSchema,
  devicesResponseSchema,
  enrolmentCodeResponseSchema,
  issuerKeysResponseSchema,
  type NewShelter,
  newStaffResponseSchema,
  type newStaffSchema,
  personDetailSchema,
  problemSchema,
  quarantineReleaseAllSchema,
  quarantineReleaseSchema,
  quarantineResponseSchema,
  rosterPageSchema,
  shelterFactsSchema,
  shelterSummariesResponseSchema,
  sheltersResponseSchema,
  signedInSchema,
} from '@uketsuke/shared/contracts';
import type { CardId, DeviceId, ResidentId, ShelterId } from '@uketsuke/shared/identifiers';
import type { z } from 'zod';
import { HeadquartersError } from './headquarters-error.ts';
import type { ServerClock } from './server-clock.ts';
import type { Upload, UploadProgress } from './upload.ts';

const REQUEST_TIMEOUT_MS = 20_000;

/** What the client needs from outside. */
export interface ClientSurroundings {
  readonly fetch: typeof fetch;
  readonly upload: Upload;
  readonly clock: ServerClock;
  /** Called when an answer says that the session is over or needs a new password first. */
  readonly onSessionProblem: (code: 'not-signed-in' | 'password-change-required') => void;
}

interface Call {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The headquarters API, one method per call. Every method throws HeadquartersError. */
export type HeadquartersClient = ReturnType<typeof createHeadquartersClient>;

/** Makes a client of `/hq/v1` on the page's own origin, with its cookie session. */
export function createHeadquartersClient(surroundings: ClientSurroundings) {
  const { clock } = surroundings;

  async function send(path: string, { method = 'GET', body, signal }: Call): Promise<Response> {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    let response: Response;
    try {
      response = await surroundings.fetch(`/hq/v1${path}`, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: {
          accept: 'application/json',
          ...(method === 'GET' ? {} : { 'x-uketsuke': '1' }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new HeadquartersError('unreachable');
    }
    return accepted(response);
  }

  async function accepted(response: Response): Promise<Response> {
    clock.note(response.headers.get('date'));
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async function refusal(response: Response): Promise<HeadquartersError> {
    const error = await readProblem(response);
    if (error.code === 'not-signed-in' || error.code === 'password-change-required') {
      surroundings.onSessionProblem(error.code);
    }
    return error;
  }

  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    call: Call = {},
  ): Promise<z.infer<Schema>> {
    return answered(schema, await send(path, call));
  }

  async function answered<Schema extends z.ZodType>(schema: Schema, response: Response): Promise<z.infer<Schema>> {
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw new HeadquartersError('unexpected-answer');
    return parsed.data;
  }

  async function tell(path: string, body?: unknown): Promise<void> {
    await send(path, { method: 'POST', body });
  }

  async function sendFile<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    file: Blob,
    onProgress: UploadProgress,
  ): Promise<z.infer<Schema>> {
    let response: Response;
    try {
      const headers = { accept: 'application/json', 'content-type': BUNDLE_MEDIA_TYPE, 'x-uketsuke': '1' };
      response = await surroundings.upload(`/hq/v1${path}`, file, headers, onProgress);
    } catch {
      throw new HeadquartersError('unreachable');
    }
    return answered(schema, await accepted(response));
  }

  return {
    me: () => ask(signedInSchema, '/me'),
    signIn: (username: string, password: string) =>
      ask(signedInSchema, '/login', { method: 'POST', body: { username, password } }),
    signOut: () => tell('/logout'),
    changePassword: (current: string, next: string) => tell('/password', { current, next }),

    summaries: (signal: AbortSignal) => ask(shelterSummariesResponseSchema, '/roster/shelters', { signal }),
    peopleOf: (shelterId: ShelterId, page: PageWanted) =>
      ask(rosterPageSchema, `/roster/shelters/${encodeURIComponent(shelterId)}/people?${pageQuery(page)}`, page),
    search: (words: string, page: PageWanted) =>
      ask(rosterPageSchema, `/roster/search?${pageQuery(page, { q: words })}`, page),
    person: (residentId: ResidentId, signal: AbortSignal) =>
      ask(personDetailSchema, `/roster/people/${encodeURIComponent(residentId)}`, { signal }),

    shelters: (signal?: AbortSignal) => ask(sheltersResponseSchema, '/shelters', { signal }),
    createShelter: (shelter: NewShelter) => ask(shelterFactsSchema, '/shelters', { method: 'POST', body: shelter }),
    makeEnrolmentCode: (shelterId: ShelterId, role: Device['role']) =>
      ask(enrolmentCodeResponseSchema, `/shelters/${encodeURIComponent(shelterId)}/enrolment-codes`, {
        method: 'POST',
        body: { for: role },
      }),
    devices: (shelterId: ShelterId, signal?: AbortSignal) =>
      ask(devicesResponseSchema, `/shelters/${encodeURIComponent(shelterId)}/devices`, { signal }),
    revokeDevice: (deviceId: DeviceId) => tell(`/devices/${encodeURIComponent(deviceId)}/revoke`),
    reinstateDevice: (deviceId: DeviceId) => tell(`/devices/${encodeURIComponent(deviceId)}/reinstate`),
    revokeCard: (cardId: CardId) => tell(`/cards/${encodeURIComponent(cardId)}/revoke`),
    issuerKeys: (signal?: AbortSignal) => ask(issuerKeysResponseSchema, '/keys/issuer', { signal }),
    rotateIssuerKey: () => tell('/keys/issuer'),
    deviceKeys: (signal?: AbortSignal) => ask(deviceKeysStateSchema, '/keys/devices', { signal }),
    rotateDeviceKeys: () => tell('/keys/devices'),
    createStaff: (staff: z.infer<typeof newStaffSchema>) =>
      ask(newStaffResponseSchema, '/staff', { method: 'POST', body: staff }),
    importBundle: (file: Blob, onProgress: UploadProgress) =>
      sendFile(bundleImportResponseSchema, '/bundles', file, onProgress),
    quarantine: (shelterId: ShelterId, signal: AbortSignal) =>
      ask(quarantineResponseSchema, `/quarantine?${new URLSearchParams({ shelterId })}`, { signal }),
    release: (id: string) =>
      ask(quarantineReleaseSchema, `/quarantine/${encodeURIComponent(id)}/release`, { method: 'POST' }),
    releaseAll: (shelterId: ShelterId) =>
      ask(quarantineReleaseAllSchema, `/shelters/${encodeURIComponent(shelterId)}/quarantine/release`, {
        method: 'POST',
      }),
  };
}

/** Which page of people to fetch. `cursor` is the server's, null for the first page. */
export interface PageWanted {
  readonly cursor: string | null;
  readonly limit: number;
  readonly signal: AbortSignal;
}

function pageQuery(page: PageWanted, more: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams({
    ...more,
    limit: String(page.limit),
    ...(page.cursor === null ? {} : { cursor: page.cursor }),
  });
}

async function readProblem(response: Response): Promise<HeadquartersError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    return new HeadquartersError(
      response.status >= 502 && response.status <= 504 ? 'unreachable' : 'unexpected-answer',
    );
  }
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new HeadquartersError(problem.data.code, seconds > 0 ? seconds : undefined);
}
