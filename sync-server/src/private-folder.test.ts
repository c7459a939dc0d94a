import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makePrivateFolder } from './private-folder.ts';

let place: string;
const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'uketsuke-private-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

it('is made for its own user alone, and so are the folders above it that were not there (SEC-7)', async () => {
  await makePrivateFolder(join(place, 'var', 'data'));
  expect([await modeOf(join(place, 'var')), await modeOf(join(place, 'var', 'data'))]).toEqual([0o700, 0o700]);
});

it.each(['couch', 'master.key', 'hub.sealed', 'operator.json'])('is closed when it holds %s (SEC-7)', async (name) => {
  await writeFile(join(place, name), '');
  await chmod(place, 0o755);
  await makePrivateFolder(place);
  expect(await modeOf(place)).toBe(0o700);
});

it('is left as it is when it is a place of other things, or of many users', async () => {
  await mkdir(join(place, 'photos'));
  await chmod(place, 0o755);
  await makePrivateFolder(place);
  expect(await modeOf(place)).toBe(0o755);
  await writeFile(join(place, 'master.key'), '');
  await chmod(place, 0o1777);
  await makePrivateFolder(place);
  expect(await modeOf(place)).toBe(0o1777);
});
