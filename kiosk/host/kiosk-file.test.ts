import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KioskFile } from './kiosk-file.ts';

const HUB = {
  origin: 'https://192.168.1.20:8443',
  certificateSha256: 'A'.repeat(43),
  deviceId: deviceIdSchema.parse('hub1'),
};
const CITY = 'https://uketsuke.example.jp';
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-kiosk-file-'));
  path = join(folder, 'kiosk.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('keeps server and hub over a restart, and forgets the hub alone', async () => {
  const file = new KioskFile(path);
  expect(await file.serverUrl()).toBeNull();
  await file.setHub(HUB);
  expect(await file.hub()).toBeNull();
  await file.enrolledAt(CITY);
  await Promise.all([file.setHub(null), file.setHub(HUB)]);
  const again = new KioskFile(path);
  expect([await again.serverUrl(), await again.hub()]).toEqual([CITY, HUB]);
  await again.setHub(null);
  expect([await again.serverUrl(), await again.hub()]).toEqual([CITY, null]);
});

it('reads a file of before there were hubs', async () => {
  await writeFile(path, JSON.stringify({ serverUrl: CITY }));
  const file = new KioskFile(path);
  expect([await file.serverUrl(), await file.hub()]).toEqual([CITY, null]);
});

it('takes no hub without https from a file that somebody changed', async () => {
  await writeFile(path, JSON.stringify({ serverUrl: CITY, hub: { ...HUB, origin: 'http://192.168.1.20' } }));
  expect(await new KioskFile(path).hub()).toBeNull();
});

it('forgets the hub at a new enrolment', async () => {
  const file = new KioskFile(path);
  await file.enrolledAt(CITY);
  await file.setHub(HUB);
  await file.enrolledAt('https://other.example.jp');
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ serverUrl: 'https://other.example.jp' });
});
