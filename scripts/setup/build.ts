import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A part that is built: what it is built from, what comes out, and the npm script that does it. */
interface Part {
  readonly name: string;
  readonly sources: readonly string[];
  readonly output: string;
  readonly workspace: string;
  readonly script: string;
}

const PARTS: readonly Part[] = [
  {
    name: 'HQ console',
    sources: ['sync-server/console'],
    output: 'sync-server/console/dist/index.html',
    workspace: 'sync-server/console',
    script: 'build',
  },
  {
    name: 'resident card',
    sources: ['resident-card'],
    output: 'resident-card/dist/index.html',
    workspace: 'resident-card',
    script: 'build',
  },
  {
    name: 'kiosk page',
    sources: ['kiosk/src', 'kiosk/index.html', 'kiosk/vite.config.ts', 'kiosk/host'],
    output: 'kiosk/dist/index.html',
    workspace: 'kiosk',
    script: 'build',
  },
  {
    name: 'kiosk host',
    sources: ['kiosk/host'],
    output: 'kiosk/dist-host/main.js',
    workspace: 'kiosk',
    script: 'build:host',
  },
  {
    name: 'kiosk Electron',
    sources: ['kiosk/electron', 'kiosk/host'],
    output: 'kiosk/dist-electron/main.cjs',
    workspace: 'kiosk',
    script: 'build:electron',
  },
  {
    name: 'server',
    sources: ['sync-server/src'],
    output: 'sync-server/dist/main.js',
    workspace: 'sync-server',
    script: 'build',
  },
];
const COMMON_SOURCES = ['shared/src', 'package-lock.json', 'tsconfig.base.json'];

/** Builds every part whose sources changed since it was last built. Throws when a build fails. */
export function buildChangedParts(say: (sentence: string) => void): void {
  for (const part of PARTS) {
    const stamp = join(root, '.cache', 'built', `${part.workspace.replace('/', '-')}-${part.script.replace(':', '-')}`);
    const state = stateOf([...part.sources, ...COMMON_SOURCES, `${part.workspace}/package.json`]);
    if (existsSync(join(root, part.output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) continue;
    say(`Building ${part.name} …`);
    const result = spawnSync('npm', ['run', '--silent', part.script, '-w', part.workspace], {
      cwd: root,
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`building ${part.name} failed:\n${result.stdout}${result.stderr}`);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, state);
  }
}

function stateOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesOf(join(root, path))).sort()) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !['node_modules', 'dist'].includes(entry.name) && !entry.name.includes('.test.'))
    .flatMap((entry) => filesOf(join(path, entry.name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildChangedParts((sentence) => console.log(sentence));
