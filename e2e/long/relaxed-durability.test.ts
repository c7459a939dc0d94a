import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pageScript } from '../../testbed/camera/page-module.ts';
import { BrowserOnDisk, storedEventIds } from '../../testbed/power-cut/browser-on-disk.ts';
import { CuttableDisk } from '../../testbed/power-cut/cuttable-disk.ts';
import { endProcessesOf } from '../../testbed/power-cut/end-processes.ts';
import { wholeJournalIds } from '../../testbed/power-cut/whole-journal-ids.ts';

/** Cuts the power under relaxed writes, which the kiosk never makes: shows that the harness finds losses at all. */

const ROUNDS = 5;
const ACKNOWLEDGED_BEFORE_CUT = 60;
const WRITTEN_WITHIN_MS = 60_000;
const BETWEEN_MS = 5;

const STORE_WRITER = fileURLToPath(new URL('../../testbed/power-cut/store-writer.page.ts', import.meta.url));
const JOURNAL_WRITER = fileURLToPath(new URL('../../testbed/power-cut/journal-writer.ts', import.meta.url));

let disk: CuttableDisk;
let storeWriter: string;

beforeAll(async () => {
  storeWriter = await pageScript(STORE_WRITER, 'storeWriter');
});
beforeEach(async () => {
  disk = await CuttableDisk.create();
});
afterEach(async () => {
  await endProcessesOf(disk.directory);
  await disk.dispose();
});

interface Losses {
  acknowledged: number;
  lost: number;
}

/** Cuts the power once enough was acknowledged. Returns what was: what a program says later, it says without power. */
async function cutWhenWritten(ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const until = Date.now() + WRITTEN_WITHIN_MS;
  while (ids.size < ACKNOWLEDGED_BEFORE_CUT) {
    if (Date.now() > until) throw new Error(`only ${ids.size} writes were acknowledged`);
    await wait(BETWEEN_MS);
  }
  const acknowledged = new Set(ids);
  await disk.cut();
  return acknowledged;
}

function count(losses: Losses, acknowledged: ReadonlySet<string>, found: readonly string[]): void {
  losses.acknowledged += acknowledged.size;
  losses.lost += [...acknowledged].filter((id) => !found.includes(id)).length;
}

/** Each round with a new profile: writes to the store until the power goes, then reads IndexedDB. */
async function cutStore(durability: 'strict' | 'relaxed'): Promise<Losses> {
  const losses = { acknowledged: 0, lost: 0 };
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>store</title><script>${storeWriter}</script>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/`;
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = new BrowserOnDisk(join(disk.directory, `profile-${round}`));
    try {
      const told = new Set<string>();
      const page = await browser.start();
      await page.exposeFunction('tellStored', (id: string) => told.add(id));
      await page.goto(url);
      await page.addScriptTag({ content: `void storeWriter.writeEvents('${durability}')` });
      const acknowledged = await cutWhenWritten(told);
      await browser.kill();
      await disk.powerUp();
      const again = await browser.start();
      await again.goto(url);
      count(losses, acknowledged, (await storedEventIds(again)) ?? []);
    } finally {
      await browser.kill();
    }
  }
  server.closeAllConnections();
  server.close();
  return losses;
}

/** Each round with a new journal: appends from a process of its own until the power goes, then reads the file. */
async function cutJournal(manner: 'fsynced' | 'plain'): Promise<Losses> {
  const losses = { acknowledged: 0, lost: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const directory = join(disk.directory, `journal-${round}`);
    const told = new Set<string>();
    const writer = spawn(process.execPath, ['--import', 'tsx', JOURNAL_WRITER, manner, directory], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(writer, 'close');
    let rest = '';
    writer.stdout.on('data', (part: Buffer) => {
      const lines = (rest + part.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) told.add(line);
    });
    const acknowledged = await cutWhenWritten(told);
    writer.kill('SIGKILL');
    await closed;
    await disk.powerUp();
    count(losses, acknowledged, wholeJournalIds(directory));
  }
  return losses;
}

function report(name: string, { acknowledged, lost }: Losses): void {
  console.log(`${name}: cuts ${ROUNDS}, acknowledged ${acknowledged}, lost ${lost}`);
}

describe.each([
  { writes: 'the store, relaxed', cut: () => cutStore('relaxed') },
  { writes: 'the journal without fsync', cut: () => cutJournal('plain') },
])('$writes', ({ writes, cut }) => {
  it('loses acknowledged writes when the power goes: the harness shows what DUR-1 guards against', async () => {
    const losses = await cut();
    report(writes, losses);
    expect(losses.acknowledged).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_BEFORE_CUT);
    expect(losses.lost).toBeGreaterThan(0);
  });
});

describe.each([
  { writes: 'the store, strict', cut: () => cutStore('strict') },
  { writes: 'the journal with fsync', cut: () => cutJournal('fsynced') },
])('$writes', ({ writes, cut }) => {
  it('loses nothing in the same harness (DUR-1)', async () => {
    const losses = await cut();
    report(writes, losses);
    expect(losses.acknowledged).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_BEFORE_CUT);
    expect(losses.lost).toBe(0);
  });
});
