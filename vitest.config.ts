import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'shared/**/*.test.ts',
      'sync-server/**/*.test.ts',
      'kiosk/**/*.test.ts',
      'resident-card/**/*.test.ts',
      'scripts/**/*.test.ts',
      'testbed/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // One more than cores: many a file waits for its browser or server.
    maxWorkers: 3,
    maxConcurrency: 4,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What is polled for comes as late as the machine is busy.
    expect: { poll: { timeout: 90_000 } },
  },
});
