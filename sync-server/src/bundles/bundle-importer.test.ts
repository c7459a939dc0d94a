import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleImporter } from './bundle-importer.ts';

let dataDirectory: string;
let importer: BundleImporter;
let stop: () => void;
let stopped: Promise<void>;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-importer-'));
  importer = new BundleImporter({
    dataDirectory,
    intake: { accept: () => Promise.reject(new Error('nothing to take in')) },
    devices: { find: async () => undefined },
    shelterKeys: { bundleKeyPair: () => undefined },
    changes: { nudge: () => undefined },
    now: Date.now,
  });
  stopped = new Promise((resolve) => {
    stop = resolve;
  });
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

/** Sends a little and then nothing more until it is stopped. */
async function* slowUpload(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('UKE');
  await stopped;
}

async function* noBundle(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('名簿.xlsx\n');
}

const refused = (code: string) => expect.objectContaining({ code });

describe('uploads that never end', () => {
  it('keep nobody else from importing: neither their address’s, nor all of them together (SYN-12)', async () => {
    const address = (last: number) => ({ address: `192.168.1.${last}` });
    const slow = [4, 4, 5, 5].map((last) => importer.import(slowUpload(), address(last)).catch((error) => error));
    await expect(importer.import(noBundle(), address(4))).rejects.toEqual(refused('busy'));
    await expect(importer.import(noBundle(), address(6))).rejects.toEqual(refused('busy'));
    // Judged at once: from this machine, or by who is signed in.
    await expect(importer.import(noBundle())).rejects.toEqual(refused('not-a-bundle'));
    stop();
    expect((await Promise.all(slow)).map(({ code }) => code)).not.toContain('busy');
    await expect(importer.import(noBundle(), address(4))).rejects.toEqual(refused('not-a-bundle'));
  });

  it('leave a place for another address while one sends them', async () => {
    const slow = [1, 2].map(() => importer.import(slowUpload(), { address: 'a' }).catch((error) => error));
    await expect(importer.import(noBundle(), { address: 'a' })).rejects.toEqual(refused('busy'));
    await expect(importer.import(noBundle(), { address: 'b' })).rejects.toEqual(refused('not-a-bundle'));
    stop();
    await Promise.all(slow);
  });
});
