import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type HubState, hubStateSchema } from '@uketsuke/shared/contracts';
import { lookUpHub } from '../../kiosk/host/hub/look-up-hub.ts';
import { sendToHub } from '../test-server/test-hub.ts';

const root = join(import.meta.dirname, '..', '..');
/** As `npm run build` makes it. */
const PROGRAM = join(root, 'sync-server', 'dist', 'hub.js');
const urlLine = /^ {2}Listening on (\S+)$/;

export interface HubProcessOptions {
  readonly dataDirectory: string;
  readonly databasePrefix?: string;
  /** Given on the first start. */
  readonly enrolment?: { readonly cityUrl: string; readonly code: string };
  readonly port?: number;
}

/** A shelter's hub in a process of its own. */
export interface HubProcess {
  readonly url: string;
  readonly port: number;
  readonly certificateSha256: string;
  state(): Promise<HubState>;
  /** Ends it as a power cut would: it is told nothing. */
  kill(): Promise<void>;
  /** Ctrl-C, and waits. */
  stop(): Promise<void>;
}

/** Starts the hub's own program; resolves when it listens. Later starts are given nothing but the data directory. */
export async function startHubProcess(options: HubProcessOptions): Promise<HubProcess> {
  const { dataDirectory, enrolment, port } = options;
  const first =
    enrolment === undefined
      ? []
      : ['--city', enrolment.cityUrl, '--code', enrolment.code, '--name', 'ハブ1', '--host', '127.0.0.1'];
  const given = [...first, ...(port === undefined ? [] : ['--port', String(port)]), '--page-port', '0'];
  const child = spawn(process.execPath, [PROGRAM, '--data', dataDirectory, ...given], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_PREFIX: options.databasePrefix ?? '', LOG_LEVEL: 'error' },
  });
  const url = await startOf(child);
  const { certificateSha256 } = await lookUpHub(url);
  const end = async (signal: 'SIGKILL' | 'SIGINT') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    url,
    port: Number(new URL(url).port),
    certificateSha256,
    state: async () => hubStateSchema.parse((await sendToHub({ url, certificateSha256 }, '/hub/v1/state')).body),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
  };
}

async function startOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the hub process has no output');
  for await (const line of createInterface(child.stdout)) {
    const url = urlLine.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the hub process ended before it had started');
}
