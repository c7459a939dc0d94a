import { defineConfig } from 'vitest/config';

/** Tests of the whole system; `npm run build` comes first. Two files at a time: each waits for most of its time. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    exclude: ['e2e/long/**'],
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
