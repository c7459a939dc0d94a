import { defineConfig } from 'vitest/config';

/** The server's tests alone: `npm run test:couchdb` runs them against COUCHDB_URL. */
export default defineConfig({
  test: {
    include: ['sync-server/src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is polled for comes as late as the machine is busy.
    expect: { poll: { timeout: 90_000 } },
  },
});
