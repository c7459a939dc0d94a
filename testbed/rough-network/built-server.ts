import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

export interface ServerBuild {
  /** The program's source; the server's own unless given. */
  readonly entry?: string;
  /** Puts the packages into the file too, which halves the time of a start. `npm run build` does not. */
  readonly isWhole?: boolean;
}

/** What CommonJS packages expect to find, in an ES module. */
const COMMONJS_NAMES = [
  "import { createRequire as _createRequire } from 'node:module';",
  'const require = _createRequire(import.meta.url);',
  'const __filename = import.meta.filename ?? new URL(import.meta.url).pathname;',
  "const __dirname = __filename.slice(0, __filename.lastIndexOf('/'));",
].join(' ');

/**
 * Builds a program of the server as `npm run build` does, into a folder of this run; the file to start. The folder lies
 * within the workspace, by which the server finds its pages.
 */
export async function builtServer({ entry, isWhole = false }: ServerBuild = {}): Promise<string> {
  const outdir = join(root, 'sync-server', 'dist', `run-${process.pid}`);
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: [
      { in: entry ?? join(root, 'sync-server', 'src', 'city', 'main.ts'), out: 'main' },
      { in: join(root, 'sync-server', 'src', 'couch', 'embedded', 'couch-thread.ts'), out: 'couch-thread' },
    ],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    ...(isWhole
      ? { external: ['leveldown', 'argon2'], banner: { js: COMMONJS_NAMES } }
      : { packages: 'external' as const }),
    alias: { '@uketsuke/shared': join(root, 'shared', 'src') },
    logLevel: 'warning',
  });
  return join(outdir, 'main.js');
}
