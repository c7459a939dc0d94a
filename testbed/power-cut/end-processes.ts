import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const GONE_WITHIN_MS = 10_000;
const BETWEEN_MS = 20;

/**
 * Ends at once (SIGKILL) every process whose command line holds `path`, with its process group when it leads one.
 * `path` is a folder made for one test, so nobody else's process is met. Resolves when all are gone.
 */
export async function endProcessesOf(path: string): Promise<void> {
  const until = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    const running = processesOf(path);
    if (running.length === 0) return;
    if (Date.now() > until) throw new Error(`processes ${running.join(', ')} do not end`);
    for (const id of running) {
      kill(-id);
      kill(id);
    }
    await wait(BETWEEN_MS);
  }
}

function processesOf(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => id !== process.pid && commandLine(id).includes(path));
}

/** Empty for a process that has ended. */
function commandLine(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** A negative id is a process group. */
function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    return;
  }
}
