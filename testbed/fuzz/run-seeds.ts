import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { builtServer } from '../rough-network/built-server.ts';
import { type SeedReport, type SeedRequest, seedResultSchema } from './crew-messages.ts';

export interface FuzzOptions {
  readonly seeds: readonly number[];
  /** Seeds at the same time, each in a process of its own. A seed mostly waits. */
  readonly jobs: number;
  readonly onResult: (report: SeedReport) => void;
}

/** Runs seeds against the real server, hub and kiosk code; resolves when all are done. */
export async function runSeeds({ seeds, jobs, onResult }: FuzzOptions): Promise<void> {
  const program = await builtServer({ entry: join(import.meta.dirname, 'server-host.ts'), isWhole: true });
  const waiting = seeds.values();
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, () => work(program, waiting, onResult)));
  } finally {
    await rm(dirname(program), { recursive: true, force: true });
  }
}

async function work(program: string, waiting: Iterable<number>, onResult: (report: SeedReport) => void): Promise<void> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), [program], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(worker, 'exit').then(() => {
    throw new Error('a worker of the fuzz ended');
  });
  ended.catch(() => undefined);
  await Promise.race([once(worker, 'message'), ended]);
  for (const seed of waiting) {
    const request: SeedRequest = { seed };
    worker.send(request);
    const [message]: unknown[] = await Promise.race([once(worker, 'message'), ended]);
    onResult(seedResultSchema.parse(message));
  }
  await dismiss(worker);
}

async function dismiss(worker: ChildProcess): Promise<void> {
  const gone = once(worker, 'exit');
  worker.disconnect();
  await gone;
}
