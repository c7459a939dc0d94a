import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/**
 * Builds the server as `npm run build` does, into a folder of this run; the program to start. The folder lies within
 * the workspace, by which the server finds its pages.
 */
export async function builtServer(): Promise<string> {
  const outdir = join(root, 'sync-server', 'dist', `run-${process.pid}`);
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: [
      { in: join(root, 'sync-server', 'src', 'main.ts'), out: 'main' },
      { in: join(root, 'sync-server', 'src', 'couch', 'embedded', 'couch-thread.ts'), out: 'couch-thread' },
    ],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    alias: { '@uketsuke/shared': join(root, 'shared', 'src') },
    logLevel: 'warning',
  });
  return join(outdir, 'main.js');
}
