import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

/** README's production start, from a copy of the installation with the server's packages alone, as nobody. */

const root = join(import.meta.dirname, '..');
const rootPackageSchema = z.object({ workspaces: z.array(z.string()) });
const NOBODY = 65_534;
const DECOY = 'not a page of Uketsuke';
const isRoot = process.getuid?.() === 0;

let folder: string;
let installation: string;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uketsuke-production-'));
  chmodSync(folder, 0o755);
  installation = join(folder, 'uketsuke');
  const { workspaces } = rootPackageSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const manifests = ['package.json', 'package-lock.json', ...workspaces.map((name) => join(name, 'package.json'))];
  for (const path of [...manifests, 'sync-server/dist', 'sync-server/console/dist', 'resident-card/dist']) {
    cpSync(join(root, path), join(installation, path), {
      recursive: true,
      // What other tests build meanwhile.
      filter: (source) => !/[/\\]run-\d+/.test(source),
    });
  }
  const packages = ['ci', '--omit=dev', '--workspace', '@uketsuke/sync-server', '--no-audit', '--no-fund'];
  const installed = spawnSync('npm', packages, { cwd: installation, encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`npm ci failed: ${installed.stderr}`);
  // Folders of others beside the installation, in which a wrong idea of where it is would look.
  for (const path of ['uketsuke/console/dist', 'resident-card/dist']) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'index.html'), DECOY);
  }
  const data = join(folder, 'data');
  mkdirSync(data);
  if (isRoot) chownSync(data, NOBODY, NOBODY);
  server = spawn(process.execPath, [join(installation, 'sync-server', 'dist', 'main.js')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: dirname(process.execPath), DATA_DIR: data, PORT: '0', LOG_LEVEL: 'error' },
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  url = await addressOf(server);
});

afterAll(async () => {
  if (server?.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('no output');
  for await (const line of createInterface(stdout)) {
    const found = /^Uketsuke listens on (\S+)$/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('the server ended before it had started');
}

describe('node sync-server/dist/main.js', () => {
  it.each(['/hq/', '/card/'])('serves the page at %s, with all that it names', async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('<html lang="ja"');
    expect(page).not.toContain(DECOY);
    const named = [...page.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file ?? '');
    expect(named.length).toBeGreaterThan(0);
    for (const file of named) expect((await fetch(url + file)).status, file).toBe(200);
  });

  it('is well, and answers the card’s first question', async () => {
    expect((await fetch(`${url}/card/v1/city`)).status).toBe(200);
  });
});
