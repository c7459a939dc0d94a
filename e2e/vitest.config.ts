import { defineConfig } from 'vitest/config';

/** Tests of the whole system; `npm run build` comes first. One file after another: each takes the whole machine. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
