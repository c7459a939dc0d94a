import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDirectory } from './directory-claim.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uketsuke-claim-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe.runIf(process.platform === 'linux' || process.platform === 'win32')('a claimed directory', () => {
  it('is one program’s, by whatever name it is called, until it is released', async () => {
    const claim = await claimDirectory(directory);
    const alias = `${directory}-alias`;
    await symlink(directory, alias);
    try {
      await expect(claimDirectory(alias)).rejects.toMatchObject({ code: 'directory-in-use' });
    } finally {
      await rm(alias);
    }
    await claim.release();
    await (await claimDirectory(directory)).release();
  });

  it('is free again as soon as the program that had it is gone, killed or not', async () => {
    const program = `
      const { claimDirectory } = await import(${JSON.stringify(join(import.meta.dirname, 'directory-claim.ts'))});
      await claimDirectory(${JSON.stringify(directory)});
      console.log('claimed');
      setInterval(() => undefined, 1_000);
    `;
    const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    await expect(claimDirectory(directory)).rejects.toMatchObject({ code: 'directory-in-use' });
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await claimDirectory(directory)).release();
  });
});
