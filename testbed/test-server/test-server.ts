import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { HybridClock } from '@uketsuke/shared/clock';
import {
  ALL_AREAS,
  contractsOf,
  type EnrolmentResponse,
  enrolmentResponseSchema,
  problemSchema,
  problemsOf,
} from '@uketsuke/shared/contracts';
import type { ProblemCode } from '@uketsuke/shared/errors';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { type EventKind, type EventOf, type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { type RunningServer, type ServerOptions, startServer } from '../../sync-server/src/city/start-server.ts';
import { databaseName, openCouch } from '../../sync-server/src/couch/couch.ts';
import { receptionDatabase } from '../../sync-server/src/event-log/database-names.ts';
import { openServerLog } from '../../sync-server/src/http/server-log.ts';

export { eventually } from '../patience/eventually.ts';

export const TEST_PASSWORD = '熊本城の石垣は高い2026';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** The problem's code; undefined when it is none. */
  readonly code: string | undefined;
}

/** A city for one test file: its data directory or database prefix, on which servers can be started and stopped. */
export interface TestCity {
  /** Where its data is, for what works on it beside the server. */
  readonly place: { readonly dataDirectory: string; readonly databasePrefix: string; readonly couchdbUrl?: string };
  start(options?: Partial<ServerOptions>): Promise<RunningServer>;
  /** Deletes the event log of a shelter, as a disk does that is lost; no server may run. */
  forgetLog(shelterId: ShelterId): Promise<void>;
  /** Everything the servers logged. */
  logged(): string;
  /** Stops what still runs and removes all data. */
  close(): Promise<void>;
}

/** A city in a temporary folder, or on the server of COUCHDB_URL under a prefix of its own. */
export async function openTestCity(): Promise<TestCity> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-server-'));
  const databasePrefix = `test-${randomBytes(6).toString('hex')}-`;
  const couchdbUrl = process.env['COUCHDB_URL'];
  const running = new Set<RunningServer>();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const database = couchdbUrl ? { couchdbUrl } : {};
  return {
    place: { dataDirectory, databasePrefix, ...database },
    start: async (options = {}) => {
      const log = openServerLog('debug', sink);
      const server = await startServer({ dataDirectory, databasePrefix, port: 0, log, ...database, ...options });
      const stop = async () => {
        if (running.delete(server)) await server.stop();
      };
      running.add(server);
      return { ...server, stop };
    },
    forgetLog: async (shelterId) => {
      const couch = await openCouch({ couchdbUrl, dataDirectory, databasePrefix });
      await couch.server.db.destroy(databaseName(couch, receptionDatabase(shelterId)));
      await couch.close();
    },
    logged: () => lines.join(''),
    close: async () => {
      for (const server of running) await server.stop();
      if (couchdbUrl) await removeDatabases(couchdbUrl, dataDirectory, databasePrefix);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function removeDatabases(couchdbUrl: string, dataDirectory: string, prefix: string): Promise<void> {
  const couch = await openCouch({ couchdbUrl, dataDirectory });
  const names = await couch.server.db.list();
  for (const name of names.filter((each) => each.startsWith(prefix))) await couch.server.db.destroy(name);
  await couch.close();
}

/** Sends a request; `json` becomes the body. */
export async function send(
  url: string,
  method: 'GET' | 'POST',
  json?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const content = json === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { ...content, ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  const body: unknown = isJson ? JSON.parse(text) : text;
  const code = problemSchema.safeParse(body).data?.code;
  refuseUndeclared(method, url, code);
  return { status: response.status, headers: response.headers, body, code };
}

const ROUTES = contractsOf(ALL_AREAS).map((contract) => ({
  contract,
  pattern: new RegExp(`^${contract.path.replaceAll(/:\w+/g, '[^/]+')}$`),
}));

/** Throws where a route answers with a problem that its contract does not name. */
function refuseUndeclared(method: 'GET' | 'POST', url: string, code: ProblemCode | undefined): void {
  const { pathname } = new URL(url);
  const asked = ROUTES.find(
    ({ contract, pattern }) => contract.method === method.toLowerCase() && pattern.test(pathname),
  );
  if (asked === undefined || code === undefined || problemsOf(asked.contract).includes(code)) return;
  throw new Error(`${method} ${asked.contract.path} answered ${code}, which its contract does not name`);
}

/** Somebody at a console, with a cookie jar. */
export class Console {
  readonly #url: string;
  cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** HQ's first administrator with the password changed to TEST_PASSWORD. */
  static async firstAdmin(server: RunningServer): Promise<Console> {
    if (server.firstAdmin === null) throw new Error('not a first start');
    return Console.newcomer(server.url, server.firstAdmin);
  }

  /** Somebody whose one-time password has been changed to TEST_PASSWORD. */
  static async newcomer(url: string, account: { username: string; oneTimePassword: string }): Promise<Console> {
    const console = new Console(url);
    await console.signIn(account.username, account.oneTimePassword);
    await console.post('/password', { current: account.oneTimePassword, next: TEST_PASSWORD });
    return console;
  }

  signIn(username: string, password: string): Promise<Answer> {
    return this.post('/login', { username, password });
  }

  get(path: string): Promise<Answer> {
    return send(`${this.#url}/hq/v1${path}`, 'GET', undefined, { cookie: this.cookie });
  }

  async post(path: string, json?: unknown): Promise<Answer> {
    const headers = { cookie: this.cookie, origin: this.#url, 'x-uketsuke': '1' };
    const answer = await send(`${this.#url}/hq/v1${path}`, 'POST', json, headers);
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return answer;
  }
}

/** An enrolled kiosk that records events and pushes them. */
export class BareKiosk {
  readonly url: string;
  readonly enrolment: EnrolmentResponse;
  readonly #clock: HybridClock;
  /** ms since 1970 UTC that the kiosk's clock is wrong */
  clockErrorMs = 0;

  constructor(url: string, enrolment: EnrolmentResponse) {
    this.url = url;
    this.enrolment = enrolment;
    this.#clock = new HybridClock(enrolment.deviceId, () => Date.now() + this.clockErrorMs);
  }

  static async enrol(url: string, code: string, deviceName = '受付1'): Promise<BareKiosk> {
    const answer = await send(`${url}/device/v1/enrol`, 'POST', { code, deviceName });
    return new BareKiosk(url, enrolmentResponseSchema.parse(answer.body));
  }

  record<Kind extends EventKind>(kind: Kind, body: EventOf<Kind>['body']): EventOf<Kind> {
    const { deviceId, shelter, eventKey } = this.enrolment;
    const recorder = { deviceId, shelterId: shelter.shelterId, eventKey: fromBase64url(eventKey) };
    return recordEvent(recorder, this.#clock, Date.now() + this.clockErrorMs, kind, body);
  }

  admission(household: Household): EventOf<'admitted'> {
    return this.record('admitted', { stay: 'shelter', method: 'card-qr', assurance: 'card-presented', household });
  }

  push(...events: readonly ReceptionEvent[]): Promise<Answer> {
    return this.send('/events', 'POST', { events });
  }

  send(path: string, method: 'GET' | 'POST', json?: unknown): Promise<Answer> {
    const authorization = `Bearer ${this.enrolment.credential}`;
    return send(`${this.url}/sync/v1${path}`, method, json, { authorization });
  }
}
