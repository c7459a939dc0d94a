import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { builtServer } from '../testbed/rough-network/built-server.ts';

/**
 * `npm run simulate -- --shelters S --kiosks K --people N --offline-minutes M --loss P --seed X`: a city comes back from
 * an outage. The last line is the result as JSON; the exit code is 1 when anything was lost or doubled, or did not
 * arrive. `--growth` compares 10,000, 30,000 and 110,000 people. The database is that of COUCHDB_URL, when set.
 *
 * The simulation is built first and runs without the loader for TypeScript, which would translate the kiosk's file anew for
 * every copy that is imported of it (see kiosk-fleet.ts).
 */
const folder = join(import.meta.dirname, '..', 'testbed', 'simulation');
const outdir = join(import.meta.dirname, '..', 'sync-server', 'dist', `simulation-${process.pid}`);
const server = await builtServer();
await build({
  entryPoints: [
    { in: join(folder, 'main.ts'), out: 'simulation' },
    { in: join(folder, 'simulated-kiosk.ts'), out: 'kiosk' },
    {
      in: join(import.meta.dirname, '..', 'sync-server', 'src', 'couch', 'embedded', 'couch-thread.ts'),
      out: 'couch-thread',
    },
  ],
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outExtension: { '.js': '.js' },
  chunkNames: 'chunk-[hash]',
  mainFields: ['module', 'main'],
  conditions: ['import'],
  plugins: [
    {
      name: 'only-rxdb-inside',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || /^(rxdb|@uketsuke\/)/.test(path) ? undefined : { path, external: true },
        ),
    },
  ],
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [join(outdir, 'simulation.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, SIMULATED_SERVER: server, SIMULATED_KIOSK: pathToFileURL(join(outdir, 'kiosk.js')).href },
});
rmSync(outdir, { recursive: true, force: true });
rmSync(dirname(server), { recursive: true, force: true });
process.exitCode = status ?? 1;
