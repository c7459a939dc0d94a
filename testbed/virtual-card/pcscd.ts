import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '@uketsuke/shared/coded-error';
import { VPCD_PORT } from './vpcd-slot.ts';

/** Debian's packages pcscd and vsmartcard-vpcd. */
const PROGRAM = '/usr/sbin/pcscd';
const VPCD_CONFIGURATION = '/etc/reader.conf.d/vpcd';
const RUN_FOLDER = '/run/pcscd';
const SOCKET = join(RUN_FOLDER, 'pcscd.comm');
const START_WITHIN_MS = 30_000;
/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';

/** Why pcscd could not be started; the message says what to do. */
export class PcscdUnavailable extends CodedError<
  'not-installed' | 'already-running' | 'not-allowed' | 'did-not-start'
> {
  override readonly name = 'PcscdUnavailable';
}

/** A pcscd of our own, with the virtual reader and no other. One can run on a machine. */
export class Pcscd {
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws PcscdUnavailable */
  static async start(): Promise<Pcscd> {
    if (!existsSync(PROGRAM) || !existsSync(VPCD_CONFIGURATION)) {
      throw new PcscdUnavailable(
        'not-installed',
        'pcscd and vsmartcard-vpcd are not installed (apt-get install them).',
      );
    }
    if (process.getuid?.() !== 0) throw new PcscdUnavailable('not-allowed', 'pcscd has to be started by root.');
    await refuseSecond();
    await mkdir(RUN_FOLDER, { recursive: true });
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-pcscd-'));
    await copyFile(VPCD_CONFIGURATION, join(folder, 'vpcd'));
    const pcscd = new Pcscd(folder);
    await pcscd.restart();
    return pcscd;
  }

  /** Starts it again after `kill`. */
  async restart(): Promise<void> {
    const until = performance.now() + START_WITHIN_MS;
    this.#child = await this.#spawn();
    while (!((await answers(SOCKET)) && (await hasVirtualReader()))) {
      if (performance.now() > until) {
        await this.stop();
        throw new PcscdUnavailable('did-not-start', 'pcscd did not start.');
      }
      await pause(50);
      // It ends when the port of one just killed is not free yet.
      if (this.#child.exitCode !== null) this.#child = await this.#spawn();
    }
  }

  async #spawn(): Promise<ChildProcess> {
    await refuseSecond();
    // Left behind by one that was killed.
    for (const name of ['pcscd.comm', 'pcscd.pid']) await rm(join(RUN_FOLDER, name), { force: true });
    return spawn(PROGRAM, ['--foreground', '--config', this.#folder], { stdio: 'ignore' });
  }

  /** Ends it as a crash would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    // One that waits for a virtual card's answer does not hear SIGTERM.
    const impatient = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(impatient);
  }
}

async function refuseSecond(): Promise<void> {
  if (await answers(SOCKET)) {
    throw new PcscdUnavailable('already-running', 'A pcscd runs on this machine already; stop it first.');
  }
}

/** Whether a pcscd with the virtual reader runs. Looks without connecting: whoever connects to vpcd is a card. */
export async function hasVirtualReader(): Promise<boolean> {
  const port = VPCD_PORT.toString(16).toUpperCase();
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.some((table) =>
    table.split('\n').some((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return local.endsWith(`:${port}`) && state === LISTEN;
    }),
  );
}

/** Whether somebody listens at the Unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
