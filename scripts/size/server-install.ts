import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const rootPackageSchema = z.object({ workspaces: z.array(z.string()) });

/** What the server's production install takes on disk. */
export interface InstallSize {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Installs the server's packages, and no other workspace's, from the lock file in a folder of its own, and weighs them.
 * @throws Error with npm's words when the install fails
 */
export function weighServerInstall(root: string): InstallSize {
  const folder = mkdtempSync(join(tmpdir(), 'uketsuke-size-'));
  try {
    const { workspaces } = rootPackageSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    for (const path of ['package.json', 'package-lock.json', ...workspaces.map((name) => join(name, 'package.json'))])
      cpSync(join(root, path), join(folder, path), { recursive: true });
    const start = performance.now();
    const { status, stderr } = spawnSync(
      'npm',
      ['ci', '--omit=dev', '--workspace', '@uketsuke/sync-server', '--no-audit', '--no-fund', '--ignore-scripts'],
      { cwd: folder, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`npm ci failed: ${stderr}`);
    return { bytes: bytesOf(join(folder, 'node_modules')), seconds: (performance.now() - start) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return bytesOf(path);
      return entry.isFile() ? statSync(path).size : 0;
    })
    .reduce((sum, bytes) => sum + bytes, 0);
}
