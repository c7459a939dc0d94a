import type { Treatment } from '../rough-network/rough-proxy.ts';

const DELAY_MS = { least: 50, most: 400 };
/** Within the first push, or after some of them. */
const FAULT_WITHIN_BYTES = 200_000;

/** Decides by seeded chance which connections get a fault, and which: late, cut at some byte, or silent from some byte. */
export function faultsByChance(loss: number, random: () => number): () => Treatment {
  return () => {
    if (random() >= loss) return {};
    const kind = random();
    const where = {
      direction: random() < 0.5 ? 'up' : 'down',
      bytes: Math.floor(random() ** 3 * FAULT_WITHIN_BYTES),
    } as const;
    if (kind < 0.4) return { delayMs: DELAY_MS.least + random() * (DELAY_MS.most - DELAY_MS.least) };
    return kind < 0.8 ? { cutAfter: where } : { silentAfter: where };
  };
}
