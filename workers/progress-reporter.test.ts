import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { JobProgress } from '#lib/contracts/jobs.ts'
import { ProgressReporter } from './progress-reporter.ts'

const at = (done: number): JobProgress => ({ done, total: 100, step: null })

test('a report a millisecond is written at most twice a second, the last one always', async () => {
  const written: number[] = []
  const reporter = new ProgressReporter(async ({ done }) => {
    written.push(done)
  })
  for (let done = 1; done <= 100; done += 1) {
    reporter.report(at(done))
    await delay(7)
  }
  await reporter.flush()
  expect(written.at(-1)).toBe(100)
  expect(written.length).toBeLessThanOrEqual(4)
})

test('two writes never overlap, and stand in the order of their reports', async () => {
  const trace: string[] = []
  const reporter = new ProgressReporter(async ({ done }) => {
    trace.push(`begin ${done}`)
    await delay(20)
    trace.push(`end ${done}`)
  })
  reporter.report(at(1))
  const first = reporter.flush()
  reporter.report(at(2))
  await Promise.all([first, reporter.flush()])
  expect(trace).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2'])
})

test('a write that fails ends neither the process nor the job, and keeps no later one from being written', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const written: number[] = []
    const reporter = new ProgressReporter(async ({ done }) => {
      if (done === 1) throw new Error('the database is away')
      written.push(done)
    })
    reporter.report(at(1))
    await delay(50)
    reporter.report(at(2))
    await reporter.flush()
    expect(written).toEqual([2])
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})
