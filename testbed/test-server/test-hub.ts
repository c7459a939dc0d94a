import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { enrolmentCodeResponseSchema, problemSchema, type ShelterFacts } from '@uketsuke/shared/contracts';
import { toBase64url } from '@uketsuke/shared/sealing';
import { type HubOptions, type RunningHub, startHub } from '../../sync-server/src/hub/start-hub.ts';
import type { Answer, Console } from './test-server.ts';

const TIMEOUT_MS = 30_000;

/** A hub's data directory, in which hubs can be started and stopped. */
export interface TestHub {
  start(options?: Partial<HubOptions>): Promise<RunningHub>;
  readonly dataDirectory: string;
  close(): Promise<void>;
}

/** A hub for tests in a temporary folder, listening on loopback. */
export async function openTestHub(): Promise<TestHub> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-hub-'));
  const running = new Set<RunningHub>();
  return {
    dataDirectory,
    start: async (options = {}) => {
      const hub = await startHub({ dataDirectory, host: '127.0.0.1', port: 0, ...options });
      running.add(hub);
      const stop = async () => {
        if (running.delete(hub)) await hub.stop();
      };
      return { ...hub, stop };
    },
    close: async () => {
      for (const hub of running) await hub.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** A new enrolment code for a hub of the shelter. */
export async function newHubCode(hq: Console, shelter: ShelterFacts): Promise<string> {
  const answer = await hq.post(`/shelters/${shelter.shelterId}/enrolment-codes`, { for: 'hub' });
  return enrolmentCodeResponseSchema.parse(answer.body).code;
}

/** A body and its media type. */
export interface SentBytes {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A request to a hub; `certificateSha256` is checked as a kiosk does (HUB-2). */
export async function sendToHub(
  hub: Pick<RunningHub, 'url' | 'certificateSha256'>,
  path: string,
  options: { readonly json?: unknown; readonly bytes?: SentBytes; readonly credential?: string } = {},
): Promise<Answer> {
  const { json, credential } = options;
  const sent =
    options.bytes ?? (json === undefined ? undefined : { type: 'application/json', body: JSON.stringify(json) });
  const response = await ask(hub, path, {
    method: sent === undefined ? 'GET' : 'POST',
    headers: {
      ...(sent === undefined ? {} : { 'content-type': sent.type }),
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    },
    body: sent?.body,
  });
  const text = await textOf(response);
  const isJson = /json/.test(response.headers['content-type'] ?? '');
  const body: unknown = isJson ? JSON.parse(text) : text;
  const headers = new Headers({ 'content-type': response.headers['content-type'] ?? '' });
  return { status: response.statusCode ?? 0, headers, body, code: problemSchema.safeParse(body).data?.code };
}

function ask(
  { url, certificateSha256 }: Pick<RunningHub, 'url' | 'certificateSha256'>,
  path: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: string | Uint8Array | undefined },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sent = request(url + path, { method, headers, signal, rejectUnauthorized: false, agent: false }, resolve);
    sent.on('error', reject);
    sent.on('socket', (socket) => {
      socket.on('secureConnect', () => {
        const shown = certificateOf(socket);
        if (shown !== certificateSha256) sent.destroy(new Error('another certificate'));
      });
    });
    sent.end(body);
  });
}

function certificateOf(socket: object): string | undefined {
  const peer = isTls(socket) ? socket.getPeerX509Certificate() : undefined;
  return peer && toBase64url(createHash('sha256').update(new X509Certificate(peer.raw).raw).digest());
}

function isTls(socket: object): socket is TLSSocket {
  return 'getPeerX509Certificate' in socket;
}
