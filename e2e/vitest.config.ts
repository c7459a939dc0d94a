import { defineConfig } from 'vitest/config';

/** Tests of the whole system; `npm run build` comes first. Three files at a time: each waits for much of its time. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    exclude: ['e2e/long/**'],
    maxWorkers: 3,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What is polled for comes as late as the machine is busy.
    expect: { poll: { timeout: 90_000 } },
  },
});
