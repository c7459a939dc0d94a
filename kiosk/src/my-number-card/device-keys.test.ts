import { createServer, type Server } from 'node:http';
import type { DirectoryKey } from '@uketsuke/shared/my-number-card';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import { type KioskSecrets, kioskSecretsSchema } from '../reception/kiosk-secrets.ts';
import { KioskDeviceKeys } from './device-keys.ts';

const WITHIN = { timeout: 10_000, interval: 10 };
const directoryKey = (keyId: number): DirectoryKey => ({ keyId, key: toBase64url(seededBytes(60 + keyId)(32)) });

let server: Server;
let serverUrl: string;
let answer: { status: number; body: unknown };
let asked: (string | undefined)[];
let secrets: KioskSecrets;

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: { version: 2, cardDirectoryKeys: [directoryKey(2), directoryKey(1)] } };
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  serverUrl = `http://127.0.0.1:${address.port}`;
  secrets = (await CityKeys.build(82)).secrets('desk1');
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function open(vault: string[], update = async (contents: string) => void vault.push(contents)): KioskDeviceKeys {
  return new KioskDeviceKeys({ secrets, vault: { update }, serverUrl, fetch, retryMs: 20 });
}

describe("the kiosks' shared keys", () => {
  it('are fetched when the city has newer ones, and kept in the vault', async () => {
    const vault: string[] = [];
    const keys = open(vault);
    expect(keys.directoryKeys).toEqual([]);
    keys.told(0);
    expect(asked).toEqual([]);
    keys.told(2);
    await vi.waitFor(() => expect(keys.directoryKeys.map(({ keyId }) => keyId)).toEqual([2, 1]), WITHIN);
    keys.told(2);
    await keys.stop();
    expect(asked).toEqual(['/device/v1/keys Bearer credential-of-desk1']);
    const kept = kioskSecretsSchema.parse(JSON.parse(vault[0] ?? ''));
    expect(kept).toEqual({ ...secrets, enrolment: { ...secrets.enrolment, cardDirectoryKeys: keys.directoryKeys } });
  });

  it.each([
    ['an error', { status: 503, body: {} }],
    ['nonsense', { status: 200, body: { keys: [] } }],
  ])('are asked for again after %s', async (_, first) => {
    const good = answer;
    answer = first;
    const trace = vi.spyOn(console, 'error').mockReturnValue();
    const keys = open([]);
    keys.told(2);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1), WITHIN);
    expect(keys.directoryKeys).toEqual([]);
    answer = good;
    await vi.waitFor(() => expect(keys.directoryKeys).toHaveLength(2), WITHIN);
    await keys.stop();
    trace.mockRestore();
  });

  it('are fetched once more when a newer version was told while they were being fetched', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const vault: string[] = [];
    const keys = open(vault, async (contents) => {
      vault.push(contents);
      if (vault.length === 1) await held;
    });
    keys.told(2);
    await vi.waitFor(() => expect(vault).toHaveLength(1), WITHIN);
    answer = { status: 200, body: { version: 3, cardDirectoryKeys: [directoryKey(3), directoryKey(2)] } };
    keys.told(3);
    release();
    await vi.waitFor(() => expect(keys.directoryKeys.map(({ keyId }) => keyId)).toEqual([3, 2]), WITHIN);
    await keys.stop();
    expect(asked).toHaveLength(2);
  });

  it('are not used before the vault holds them', async () => {
    const trace = vi.spyOn(console, 'error').mockReturnValue();
    const keys = open([], () => Promise.reject(new KioskHostError('disk-full')));
    keys.told(2);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2), WITHIN);
    expect(keys.directoryKeys).toEqual([]);
    await keys.stop();
    trace.mockRestore();
  });
});
