import { setTimeout as pause } from 'node:timers/promises';

/** Much longer than anything takes: a machine that is busy with other things must not fail a test. */
export const PATIENCE_MS = 90_000;
const AGAIN_MS = 25;

/**
 * Looks again until there is something, for at most `withinMs`. A rule that names a time (SYN-11's 15 s) is proved
 * where the clock is injected; here the time that something took is told, not judged.
 * @throws an error that names `what` was waited for
 */
export async function eventually<Found>(
  look: () => Promise<Found | undefined> | Found | undefined,
  withinMs: number = PATIENCE_MS,
  what = 'what was waited for',
): Promise<Found> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(AGAIN_MS);
  }
}
