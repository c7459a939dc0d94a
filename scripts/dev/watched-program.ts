import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as z from 'zod';

const READY = 'ready: ';
const TSX = join(import.meta.dirname, '..', '..', 'node_modules', 'tsx', 'dist', 'cli.mjs');

/** A program that is run anew when one of its files changes. */
export interface WatchedProgram {
  stop(): Promise<void>;
}

/** Says from inside a watched program that it runs. */
export function ready(facts: Record<string, string>): void {
  console.log(READY + JSON.stringify(facts));
}

/**
 * Starts a program under `tsx watch`; what it prints is printed here.
 * @param onReady told the facts of every start of it
 */
export function watchProgram<Facts>(options: {
  file: string;
  args: readonly string[];
  facts: z.ZodType<Facts>;
  onReady: (facts: Facts) => void;
}): WatchedProgram {
  const child = spawn(process.execPath, [TSX, 'watch', '--clear-screen=false', options.file, ...options.args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(READY)) options.onReady(options.facts.parse(JSON.parse(line.slice(READY.length))));
    else console.log(line);
  });
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
