import { type IncomingMessage, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type HubIdentity, hubContracts, hubIdentitySchema } from '@uketsuke/shared/contracts';
import { readJson } from '@uketsuke/shared/json';
import { KioskHostError } from '../kiosk-host-error.ts';
import { hubOriginsOf } from './hub-address.ts';
import { certificateSha256Of, connectHub } from './hub-connection.ts';
import type { FoundHub } from './hub-in-use.ts';

const LOOK_UP_WITHIN_MS = 8_000;
const IDENTITY_MAX_BYTES = 64 * 1024;

/**
 * Asks at a typed address, or at every address of a hub's QR at once, who is there.
 * @param address a host, `host:port`, a web address, or the text of a hub's QR
 * @param withinMs for all of it
 * @throws KioskHostError `hub-unreachable` when nothing answers, `not-a-hub` when something else does
 */
export async function lookUpHub(address: string, withinMs: number = LOOK_UP_WITHIN_MS): Promise<FoundHub> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(withinMs)]);
  try {
    return await Promise.any(hubOriginsOf(address).map((origin) => askOrigin(origin, signal)));
  } catch (cause) {
    const causes: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    const answered = causes.find((one) => one instanceof KioskHostError);
    throw answered ?? new KioskHostError('hub-unreachable', { cause });
  } finally {
    done.abort();
  }
}

async function askOrigin(origin: string, signal: AbortSignal): Promise<FoundHub> {
  const socket = await connectHub(origin, signal);
  try {
    const certificateSha256 = certificateSha256Of(socket);
    const { credential, shelter } = await identityOver(socket, origin, signal);
    return { origin, certificateSha256, credential, shelterName: shelter.name };
  } finally {
    socket.destroy();
  }
}

async function identityOver(socket: TLSSocket, origin: string, signal: AbortSignal): Promise<HubIdentity> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      path: hubContracts.identity.path,
      headers: { host: new URL(origin).host, accept: 'application/json' },
      signal,
    });
    asked.on('response', resolve);
    asked.on('error', reject);
    asked.end();
  });
  const text = await textOf(response);
  const identity = response.statusCode === 200 ? readJson(text, hubIdentitySchema) : undefined;
  if (identity === undefined) throw new KioskHostError('not-a-hub');
  return identity;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    const buffer = Buffer.from(part);
    bytes += buffer.length;
    if (bytes > IDENTITY_MAX_BYTES) throw new KioskHostError('not-a-hub');
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
