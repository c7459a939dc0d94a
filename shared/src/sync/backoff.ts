const FIRST_MS = 500;
const LONGEST_MS = 5_000;

/** How long to wait before the next try after `failures` in a row: doubling, at most 5 s, half of it by chance. */
export function backoffMs(failures: number, chance: () => number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_MS);
  return full / 2 + (full / 2) * chance();
}
