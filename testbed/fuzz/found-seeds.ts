/** Every seed that ever failed, and what it found; all of them are run at every test. */
export const FOUND_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 5, found: 'a restored server knows no sessions: the fuzz asked headquarters with the old one' },
  { seed: 12, found: 'the same, with a hub made blank after the restore' },
  { seed: 2, found: 'the memory of the kiosk of the seed before: the fuzz had not deleted its store' },
];
