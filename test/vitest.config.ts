import { defineConfig } from 'vitest/config';

/**
 * Three projects: `unit` (fast, no service), `slow` (trains, compares with goldens, long property tests) and
 * `browser` (drives Chromium against a real server).
 */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    pool: 'forks',
    maxWorkers: 2,
    minWorkers: 1,
    // Files of a project share processes and the modules that they load: loading took longer than the tests.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{slow,browser}.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: ['test/web/build-page.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // What a page shows follows some time after what was done to it.
          expect: { poll: { timeout: 20_000, interval: 100 } },
        },
      },
    ],
  },
});
