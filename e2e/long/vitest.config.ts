import { defineConfig } from 'vitest/config';

/**
 * What takes longer than everybody should wait for; `npm run build` comes first. One file after another: the fuzz runs
 * four seeds at a time.
 */
export default defineConfig({
  test: {
    include: ['e2e/long/**/*.test.ts', 'shared/src/card/mutated-codes.test.ts'],
    env: { MUTATED_CODES: 'all' },
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What is polled for comes as late as the machine is busy.
    expect: { poll: { timeout: 90_000 } },
  },
});
