import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import serverFlags from '../../sync-server/node-flags.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');
const PROGRAM = join(root, 'sync-server', 'dist', 'main.js');

export interface ServerProcessOptions {
  readonly dataDirectory: string;
  readonly databasePrefix?: string;
  /** 0 for any free one. */
  readonly port?: number;
  /** The built program to run; that of `npm run build` unless given. */
  readonly program?: string;
}

/** The city's server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Only on a city's first start. */
  readonly firstAdmin: { readonly username: string; readonly oneTimePassword: string } | null;
  /** Ends it as a power cut would: it is told nothing. */
  kill(): Promise<void>;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

const adminLine = /^Headquarters' first account \(shown once\): user (\S+), one-time password (\S+)$/;
const urlLine = /^Uketsuke listens on (\S+)$/;

/** Starts the server's own program; resolves when it listens. The database is that of COUCHDB_URL, when set. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...serverFlags, options.program ?? PROGRAM], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATA_DIR: options.dataDirectory,
      DATABASE_PREFIX: options.databasePrefix ?? '',
      PORT: String(options.port ?? 0),
      LOG_LEVEL: 'error',
    },
  });
  const { url, firstAdmin } = await startOf(child);
  const pid = z.int().parse(child.pid);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const port = Number(new URL(url).port);
  return { url, port, pid, firstAdmin, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function startOf(child: ChildProcess): Promise<Pick<ServerProcess, 'url' | 'firstAdmin'>> {
  if (child.stdout === null) throw new Error('the server process has no output');
  let firstAdmin: ServerProcess['firstAdmin'] = null;
  for await (const line of createInterface(child.stdout)) {
    const [, username, oneTimePassword] = adminLine.exec(line) ?? [];
    if (username !== undefined && oneTimePassword !== undefined) firstAdmin = { username, oneTimePassword };
    const url = urlLine.exec(line)?.[1];
    if (url !== undefined) return { url, firstAdmin };
  }
  throw new Error('the server process ended before it had started');
}
