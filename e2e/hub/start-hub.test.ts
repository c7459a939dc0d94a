import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookUpHub } from '../../kiosk/host/hub/look-up-hub.ts';
import { type PreparedCity, prepareCity } from '../../testbed/rough-network/prepared-city.ts';
import { type ServerProcess, startServerProcess } from '../../testbed/rough-network/server-process.ts';
import { type ThrowawayData, throwawayData } from '../../testbed/rough-network/throwaway-data.ts';

const root = join(import.meta.dirname, '..', '..');
let data: ThrowawayData;
let box: ThrowawayData;
let prepared: PreparedCity;
let city: ServerProcess;

beforeAll(async () => {
  [data, box] = [await throwawayData('hub-city'), await throwawayData('hub')];
  prepared = await prepareCity({ database: data, shelters: [0], households: [], withHubCodes: true });
  city = await startServerProcess(data);
});
afterAll(async () => {
  await city.stop();
  await data.remove();
  await box.remove();
});

/** What `npm run hub` runs. */
function runHub(...given: string[]) {
  const args = ['scripts/hub.mjs', '--data', join(box.dataDirectory, 'hub'), '--page-port', '0', ...given];
  const env = { ...process.env, DATABASE_PREFIX: box.databasePrefix };
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
}

/** Runs the hub until it says where it listens, does Ctrl-C, and gives what it printed. */
async function runOnce(...given: string[]): Promise<{ printed: string; code: unknown; certificate: string }> {
  const hub = runHub(...given);
  const lines: string[] = [];
  let certificate = '';
  for await (const line of createInterface(hub.stdout)) {
    lines.push(line);
    const url = /Listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    certificate = (await lookUpHub(url)).certificateSha256;
    hub.kill('SIGINT');
  }
  const [code] = hub.exitCode === null ? await once(hub, 'exit') : [hub.exitCode];
  return { printed: lines.join('\n'), code, certificate };
}

describe('npm run hub', () => {
  it('says what it needs when it was never enrolled', async () => {
    const hub = runHub();
    const [said, [code]] = await Promise.all([text(hub.stderr), once(hub, 'exit')]);
    expect(code).toBe(1);
    expect(said).toContain('--city');
  });

  it('enrols at the first start, and the second needs nothing but the data; Ctrl-C ends it cleanly', async () => {
    const [shelter] = prepared.shelters;
    const code = shelter?.hubCode ?? '';
    const enrolment = ['--city', city.url, '--code', code, '--name', 'ハブ1', '--host', '127.0.0.1', '--port', '0'];
    const first = await runOnce(...enrolment);
    expect(first).toMatchObject({ code: 0, printed: expect.stringContaining('第1避難所 のハブが動いています') });
    const second = await runOnce();
    expect(second).toMatchObject({ code: 0, certificate: first.certificate });
    expect(second.printed).toContain('https://127.0.0.1:');
  });
});
