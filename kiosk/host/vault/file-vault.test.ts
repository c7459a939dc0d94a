import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileVault, type OuterSeal } from './file-vault.ts';
import { FREE_ATTEMPTS, waitAfterFailures } from './pin-throttle.ts';

const CONTENTS = '{"secret":"受付の鍵"}';
let directory: string;
let now = 1_000_000;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uketsuke-vault-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const vault = (outerSeal?: OuterSeal) => new FileVault(directory, { now: () => now, outerSeal });

describe('the vault', () => {
  it('gives its contents for the PIN, over restarts, and nothing without it (SEC-2)', async () => {
    expect(await vault().state()).toBe('empty');
    await expect(vault().open('246810')).rejects.toMatchObject({ code: 'vault-empty' });
    const made = vault();
    await made.create('246810', CONTENTS);
    expect(await vault().state()).toBe('sealed');
    expect(await vault().open('２４６８１０')).toBe(CONTENTS);
    await expect(vault().open('246811')).rejects.toMatchObject({ code: 'wrong-pin' });
    const file = await readFile(join(directory, 'vault.json'), 'utf8');
    expect(file).not.toContain('受付の鍵');
    expect(file).not.toContain('246810');
    expect((await stat(join(directory, 'vault.json'))).mode & 0o777).toBe(0o600);
  });

  it('is never replaced by create, and takes no short PIN', async () => {
    await expect(vault().create('12345', CONTENTS)).rejects.toMatchObject({ code: 'wrong-pin' });
    await vault().create('246810', CONTENTS);
    await expect(vault().create('246810', 'other')).rejects.toMatchObject({ code: 'vault-exists' });
    expect(await vault().open('246810')).toBe(CONTENTS);
  });

  it('updates under the PIN that opened it, not when locked', async () => {
    const opened = vault();
    await opened.create('246810', CONTENTS);
    await opened.update('new');
    expect(await vault().open('246810')).toBe('new');
    await expect(vault().update('newer')).rejects.toMatchObject({ code: 'wrong-pin' });
    opened.lock();
    await expect(opened.update('newer')).rejects.toMatchObject({ code: 'wrong-pin' });
  });

  it('stays locked when it is locked while it is being opened', async () => {
    const locked = vault();
    await locked.create('246810', CONTENTS);
    const opening = locked.open('246810');
    // Deriving the key takes longer than a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    locked.lock();
    expect(await opening).toBe(CONTENTS);
    await expect(locked.update('other')).rejects.toMatchObject({ code: 'wrong-pin' });
  });

  it('opens on a full disk, and counts wrong PINs there too, over restarts (SEC-6)', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]);
    try {
      await vault().create('246810', CONTENTS);
      await expect(writeFile(join(directory, 'filler'), Buffer.alloc(128 * 1024))).rejects.toMatchObject({
        code: 'ENOSPC',
      });
      expect(await vault().open('246810')).toBe(CONTENTS);
      for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt += 1) {
        await expect(vault().open('111111')).rejects.toMatchObject({ code: 'wrong-pin' });
      }
      await expect(vault().open('246810')).rejects.toMatchObject({ code: 'too-many-attempts' });
      now += waitAfterFailures(FREE_ATTEMPTS);
      expect(await vault().open('246810')).toBe(CONTENTS);
    } finally {
      execFileSync('umount', [directory]);
    }
  });

  it('says that it is damaged', async () => {
    await writeFile(join(directory, 'vault.json'), '{"v":1');
    await expect(vault().open('246810')).rejects.toMatchObject({ code: 'vault-damaged' });
  });

  it('needs the outer seal too when it was made with one', async () => {
    const seal: OuterSeal = {
      seal: (text) => `outer:${Buffer.from(text).toString('base64')}`,
      unseal: (text) => Buffer.from(text.slice('outer:'.length), 'base64').toString(),
    };
    await vault(seal).create('246810', CONTENTS);
    expect(await vault(seal).open('246810')).toBe(CONTENTS);
    await expect(vault().open('246810')).rejects.toMatchObject({ code: 'vault-damaged' });
  });
});

describe('wrong PINs (SEC-6)', () => {
  it('are slowed down and refused for a while, also after a restart and with the clock put back', async () => {
    await vault().create('246810', CONTENTS);
    const attempts = Array.from({ length: FREE_ATTEMPTS + 2 }, () => vault());
    const codes: string[] = [];
    for (const attempt of attempts) {
      await attempt.open('000000').catch((error: { code: string }) => codes.push(error.code));
    }
    expect(codes).toEqual([...Array(FREE_ATTEMPTS).fill('wrong-pin'), 'too-many-attempts', 'too-many-attempts']);
    await expect(vault().open('246810')).rejects.toMatchObject({ code: 'too-many-attempts', retryAfterSeconds: 30 });
    now -= 86_400_000;
    await expect(vault().open('246810')).rejects.toMatchObject({ code: 'too-many-attempts' });
    now += 31_000;
    expect(await vault().open('246810')).toBe(CONTENTS);
    await expect(vault().open('000000')).rejects.toMatchObject({ code: 'wrong-pin' });
  });

  it('get no more tries at once than one by one', async () => {
    const one = vault();
    await one.create('246810', CONTENTS);
    const tries = await Promise.allSettled(Array.from({ length: FREE_ATTEMPTS + 3 }, () => one.open('000000')));
    const refused = tries.filter(
      (attempt) => attempt.status === 'rejected' && attempt.reason.code === 'too-many-attempts',
    );
    expect(refused).toHaveLength(3);
  });

  it('wait 30 s, doubling up to 15 minutes', () => {
    expect([4, 5, 6, 9, 10, 100].map(waitAfterFailures)).toEqual([0, 30_000, 60_000, 480_000, 900_000, 900_000]);
  });
});
