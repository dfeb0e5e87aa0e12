import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/support/longest-first.ts'

/** Starts the servers a run needs and tells the tests where they are. */
const servers = ['./tests/support/global-setup.ts']

/** These tests mostly wait, for servers, deadlines and each other: more of them at once than there are cores. */
const waitingWorkers = 3

/**
 * One project per level of proof. The group order keeps the levels apart in time when several are asked for at once:
 * quick answers first, and never two sets of servers on one machine.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    retry: 0,
    testTimeout: 10_000,
    hookTimeout: 30_000,
    expect: { requireAssertions: true },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{app,lib,workers,scripts,prisma}/**/*.test.{ts,tsx}'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'architecture',
          include: ['tests/architecture/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.test.ts'],
          maxWorkers: waitingWorkers,
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: servers,
          maxWorkers: waitingWorkers,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['./tests/support/browser-setup.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['tests/long/*.test.ts'],
          globalSetup: servers,
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long-waiting',
          include: ['tests/long/waiting/*.test.ts'],
          globalSetup: servers,
          maxWorkers: waitingWorkers,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 6 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long-e2e',
          include: ['tests/long/e2e/*.test.ts'],
          globalSetup: ['./tests/support/browser-setup.ts'],
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
})
