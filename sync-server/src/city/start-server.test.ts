import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shelterSummariesResponseSchema } from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { builtServer } from '../../../testbed/rough-network/built-server.ts';
import { startServerProcess } from '../../../testbed/rough-network/server-process.ts';
import { newCode, newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { BareKiosk, Console, eventually, send } from '../../../testbed/test-server/test-server.ts';
import type { Couch } from '../couch/couch.ts';
import { openTestCouch } from '../couch/testing.ts';
import { openServerLog } from '../http/server-log.ts';
import { type ServerOptions, startServer } from './start-server.ts';

const MASTER_KEY = 'mW0_9Ee1bUQm6d2Qk0b8Qm9m2n5oJt1mPz5cQ0m1X8g';
const addressSchema = z.object({ port: z.int() });
let couch: Couch;
let proxy: Awaited<ReturnType<typeof openProxy>>;
let dataDirectory: string;

/** A way to the database that can be cut. */
async function openProxy(target: URL) {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    if (isCut) for (const socket of [near, far]) socket.destroy();
    else near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressSchema.parse(server.address());
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut: (cut: boolean) => {
      isCut = cut;
      if (cut) for (const socket of open) socket.destroy();
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

function start(options: Partial<ServerOptions> = {}) {
  return startServer({
    dataDirectory,
    databasePrefix: couch.databasePrefix,
    couchdbUrl: proxy.url,
    masterKey: MASTER_KEY,
    port: 0,
    log: openServerLog('silent'),
    ...options,
  });
}

beforeAll(async () => {
  couch = await openTestCouch();
  proxy = await openProxy(new URL(couch.server.config.url));
  dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-start-'));
});
afterAll(async () => {
  proxy.close();
  await couch.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('several server processes over one database', () => {
  it('are one server to kiosks and staff; one of them makes the first account; an outage passes', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const [withAccount, ...others] = [one, two].filter((server) => server.firstAdmin !== null);
    if (withAccount === undefined) throw new Error('nobody made the first account');
    expect(others).toEqual([]);
    const hq = await Console.firstAdmin(withAccount);
    const [near, far] = withAccount === one ? [one, two] : [two, one];
    const elsewhere = new Console(far.url);
    elsewhere.cookie = hq.cookie;
    const shelter = await newShelter(hq, '共有');
    const kiosk = await newKiosk(near.url, hq, shelter);
    const code = await newCode(hq, shelter);
    const redeemed = await Promise.all(
      [near, far, near, far].map(({ url }) => send(`${url}/device/v1/enrol`, 'POST', { code, deviceName: 'x' })),
    );
    expect(redeemed.filter(({ status }) => status === 200)).toHaveLength(1);

    const [household] = sampleHouseholds(4, 1, 2);
    if (household === undefined) throw new Error('no sample');
    await kiosk.push(kiosk.admission(household));
    const admittedAt = (console: Console) =>
      eventually(async () => {
        const answer = shelterSummariesResponseSchema.safeParse((await console.get('/roster/shelters')).body);
        const own = answer.data?.shelters.find((each) => each.shelter.shelterId === shelter.shelterId);
        return own?.counts?.admitted;
      }, 20_000);
    expect(await admittedAt(elsewhere)).toBe(household.members.length);

    proxy.cut(true);
    expect(await hq.get('/shelters')).toMatchObject({ status: 503, code: 'database-unavailable' });
    expect(await kiosk.push(kiosk.admission(household))).toMatchObject({ status: 503, code: 'database-unavailable' });
    expect(await send(`${near.url}/healthz`, 'GET')).toMatchObject({
      status: 503,
      body: { status: 'database-unavailable' },
    });
    const signIn = () => new Console(near.url).post('/login', { username: 'admin', password: 'not the one' });
    const enrol = () => send(`${near.url}/device/v1/enrol`, 'POST', { code: '0123-4567-89AB', deviceName: 'x' });
    // More tries than are borne: while nobody can judge them, none counts as wrong (SEC-6).
    for (let tries = 0; tries < 25; tries += 1) {
      expect([(await signIn()).status, (await enrol()).status]).toEqual([503, 503]);
    }
    proxy.cut(false);
    expect(await signIn()).toMatchObject({ code: 'wrong-credentials' });
    expect(await enrol()).toMatchObject({ code: 'enrolment-code-invalid' });
    expect(await admittedAt(hq)).toBe(household.members.length);

    const roaming = new BareKiosk(far.url, kiosk.enrolment);
    expect((await roaming.send('/facts', 'GET')).status).toBe(200);
    await hq.post(`/devices/${kiosk.enrolment.deviceId}/revoke`);
    expect((await kiosk.send('/facts', 'GET')).code).toBe('device-revoked');
    await eventually(
      async () => ((await roaming.send('/facts', 'GET')).code === 'device-revoked' ? true : undefined),
      20_000,
    );
    await Promise.all([one.stop(), two.stop()]);
  });

  it('do not start with another master key, and say so', async () => {
    await expect(start({ masterKey: MASTER_KEY.replace('m', 'n') })).rejects.toMatchObject({
      code: 'master-key',
      message: expect.stringContaining('UKETSUKE_MASTER_KEY'),
    });
  });

  it('do not start where somebody else listens', async () => {
    const first = await start();
    await expect(start({ port: Number(new URL(first.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.stop();
  });
});

describe('the program', () => {
  async function run(environment: Record<string, string>, signal: NodeJS.Signals) {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'warn', ...environment },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
        if (output.includes('listens on')) child.kill(signal);
      });
    }
    const [exitCode] = await once(child, 'close');
    return { exitCode, output };
  }

  it('prints the one-time password on the first start only, and stops on SIGTERM and SIGINT with 0', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-main-'));
    const first = await run({ DATA_DIR: folder }, 'SIGTERM');
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringMatching(/listens on http:\/\/127\.0\.0\.1:\d+/) });
    expect(first.output).toMatch(/user admin, one-time password ([0-9A-Z]{5}-){3}[0-9A-Z]{5}/);
    const second = await run({ DATA_DIR: folder }, 'SIGINT');
    expect(second.exitCode).toBe(0);
    expect(second.output).not.toContain('one-time password');
    await rm(folder, { recursive: true, force: true });
  });

  it('names the variable that is wrong', async () => {
    expect(await run({ PORT: 'eighty' }, 'SIGTERM')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('PORT'),
    });
  });
});

describe('the data directory', () => {
  it('is closed to the machine’s other users, also one that an earlier version left open (SEC-7)', async () => {
    const open = await mkdtemp(join(tmpdir(), 'uketsuke-open-'));
    const place = join(open, 'data');
    await mkdir(join(place, 'couch'), { recursive: true });
    await chmod(place, 0o755);
    const server = await startServer({ dataDirectory: place, port: 0 });
    expect((await stat(place)).mode & 0o777).toBe(0o700);
    await server.stop();
    await rm(open, { recursive: true });
  });

  it('holds only files of its own user when the program itself made them (SEC-7)', async () => {
    const open = await mkdtemp(join(tmpdir(), 'uketsuke-open-'));
    const place = join(open, 'data');
    const program = await builtServer();
    const server = await startServerProcess({ dataDirectory: place, program });
    await server.stop();
    const modes = await Promise.all(
      (await readdir(place, { recursive: true })).map(async (name) => (await stat(join(place, name))).mode & 0o077),
    );
    expect(modes.length).toBeGreaterThan(5);
    expect(new Set(modes)).toEqual(new Set([0]));
    await rm(open, { recursive: true });
    await rm(dirname(program), { recursive: true });
  });
});
