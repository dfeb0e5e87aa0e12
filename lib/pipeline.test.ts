import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from './errors.ts'
import type { Journal, PipelineFailure, Step } from './pipeline.ts'
import { runPipeline, undoPipeline } from './pipeline.ts'

interface State {
  made: string[]
}

const never = new AbortController().signal

/** A journal that survives the crash of its process, as rows do. */
function createJournal(line: (name: string) => void = () => undefined) {
  const rows: { state: State; done: string[]; failure?: PipelineFailure } = { state: { made: [] }, done: [] }
  const journal: Journal<State> = {
    load: async () => structuredClone(rows),
    recordDone: async (stepId, state) => {
      line(`before recording ${stepId}`)
      rows.done.push(stepId)
      rows.state = structuredClone(state)
      line(`after recording ${stepId}`)
    },
    recordFailure: async (failure) => {
      line('before recording the failure')
      rows.failure = failure
      line('after recording the failure')
    },
    recordUndone: async (stepId) => {
      line(`before recording ${stepId} undone`)
      rows.done = rows.done.filter((id) => id !== stepId)
      line(`after recording ${stepId} undone`)
    },
  }
  return { rows, journal }
}

/** Steps that each change two things in a world outside, and stop at any line when told so. */
function createWorld(count: number, options: { failAt?: number; line?: (name: string) => void } = {}) {
  const { failAt, line = () => undefined } = options
  const world = new Set<string>()
  const calls: string[] = []
  const steps = Array.from({ length: count }, (_, index): Step<State> => {
    const id = `step-${index}`
    return {
      id,
      run: async (state) => {
        calls.push(`run ${id}`)
        line(`${id} begins`)
        world.add(`${id} first half`)
        if (index === failAt) throw new AppError('conflict', 'somebody was faster')
        line(`${id} is half done`)
        world.add(`${id} second half`)
        line(`${id} ends`)
        return { made: [...state.made, id] }
      },
      undo: async () => {
        calls.push(`undo ${id}`)
        line(`undo of ${id} begins`)
        world.delete(`${id} second half`)
        line(`undo of ${id} is half done`)
        world.delete(`${id} first half`)
      },
    }
  })
  return { world, calls, steps, ids: steps.map(({ id }) => id) }
}

class Crash extends Error {}

/** Starts again after each crash, as a worker does; `crashes` counts the lines each life gets. */
async function runThroughCrashes(crashes: number[], start: () => Promise<unknown>, life: { linesLeft: number }) {
  for (const linesLeft of [...crashes, Number.POSITIVE_INFINITY]) {
    life.linesLeft = linesLeft
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
  }
  throw new Error('The last life has no end')
}

const livesAndSteps = fc.record({
  count: fc.integer({ min: 1, max: 6 }),
  crashes: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }),
})

describe('a pipeline', () => {
  it('runs each step once, in order, and records the state after each', async () => {
    const { steps, ids, calls } = createWorld(3)
    const { rows, journal } = createJournal()
    expect(await runPipeline(steps, journal, never)).toEqual({ outcome: 'done', state: { made: ids } })
    expect(calls).toEqual(ids.map((id) => `run ${id}`))
    expect(rows).toEqual({ state: { made: ids }, done: ids })
  })

  it('comes to the same end through crashes at any line, and never repeats a recorded step', async () => {
    await fc.assert(
      fc.asyncProperty(livesAndSteps, async ({ count, crashes }) => {
        const life = { linesLeft: 0 }
        const line = () => {
          life.linesLeft -= 1
          if (life.linesLeft < 0) throw new Crash()
        }
        const { steps, ids, world } = createWorld(count, { line })
        const { rows, journal } = createJournal(line)
        const repeated: string[] = []
        const watched = steps.map((step) => ({
          ...step,
          run: (state: State, signal: AbortSignal) => {
            if (rows.done.includes(step.id)) repeated.push(step.id)
            return step.run(state, signal)
          },
        }))
        const end = await runThroughCrashes(crashes, () => runPipeline(watched, journal, never), life)
        expect(end).toEqual({ outcome: 'done', state: { made: ids } })
        expect(rows.done).toEqual(ids)
        expect(world).toEqual(new Set(ids.flatMap((id) => [`${id} first half`, `${id} second half`])))
        expect(repeated).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('leaves nothing behind when a step fails for good, through crashes at any line', async () => {
    await fc.assert(
      fc.asyncProperty(livesAndSteps, fc.nat({ max: 5 }), async ({ count, crashes }, fail) => {
        const failAt = fail % count
        const life = { linesLeft: 0 }
        const line = () => {
          life.linesLeft -= 1
          if (life.linesLeft < 0) throw new Crash()
        }
        const { steps, world, calls } = createWorld(count, { failAt, line })
        const { rows, journal } = createJournal(line)
        const end = await runThroughCrashes(crashes, () => runPipeline(steps, journal, never), life)
        const failure = { stepId: `step-${failAt}`, code: 'conflict', message: 'somebody was faster' }
        expect(end).toEqual({ outcome: 'undone', failure })
        expect([...world]).toEqual([])
        expect(rows).toMatchObject({ done: [], failure })
        const firstUndo = calls.findIndex((call) => call.startsWith('undo'))
        expect(calls.slice(firstUndo).filter((call) => call.startsWith('run'))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('undoes last step first, the failed one included, and passes steps that have nothing to undo', async () => {
    const { steps, calls } = createWorld(4, { failAt: 2 })
    const { journal } = createJournal()
    const [first, second, ...rest] = steps
    if (first === undefined || second === undefined) throw new Error('Too few steps')
    await runPipeline([first, { id: second.id, run: second.run }, ...rest], journal, never)
    expect(calls).toEqual(['run step-0', 'run step-1', 'run step-2', 'undo step-2', 'undo step-0'])
  })

  it('throws a retryable failure and goes on with the same step next time', async () => {
    const { steps, ids } = createWorld(2)
    const { rows, journal } = createJournal()
    let isDown = true
    const flaky: Step<State> = {
      id: 'flaky',
      run: async ({ made }) => {
        if (isDown) throw new AppError('dependency-unavailable', 'S3 does not answer')
        return { made: [...made, 'flaky'] }
      },
    }
    await expect(runPipeline([...steps, flaky], journal, never)).rejects.toThrow('S3 does not answer')
    expect(rows.done).toEqual(ids)
    isDown = false
    expect(await runPipeline([...steps, flaky], journal, never)).toMatchObject({ outcome: 'done' })
  })

  it('stops between steps when aborted, undoes nothing, and can go on', async () => {
    const { steps, calls } = createWorld(3)
    const { rows, journal } = createJournal()
    const stop = new AbortController()
    const aborting = steps.map((step, index) => ({
      ...step,
      run: (state: State, signal: AbortSignal) => {
        if (index === 1) stop.abort(new Error('shutting down'))
        return step.run(state, signal)
      },
    }))
    await expect(runPipeline(aborting, journal, stop.signal)).rejects.toThrow('shutting down')
    expect(rows).toMatchObject({ done: ['step-0', 'step-1'] })
    expect(calls).not.toContain('undo step-1')
    expect(await runPipeline(steps, journal, never)).toMatchObject({ outcome: 'done' })
  })

  it('does not take the failure of a step that was aborted for a failure for good', async () => {
    const stop = new AbortController()
    const { rows, journal } = createJournal()
    const step: Step<State> = {
      id: 'copy',
      run: async () => {
        stop.abort()
        throw new AppError('conflict', 'half a copy')
      },
    }
    await expect(runPipeline([step], journal, stop.signal)).rejects.toThrow('half a copy')
    expect(rows.failure).toBeUndefined()
  })

  it('is undone on request, and stays undone for the first reason given', async () => {
    const { steps, world } = createWorld(3)
    const { rows, journal } = createJournal()
    await runPipeline(steps.slice(0, 2), journal, never)
    const reason = { code: 'conflict', message: 'cancelled by a person' } as const
    expect(await undoPipeline(steps, journal, reason)).toEqual({ outcome: 'undone', failure: reason })
    expect([...world]).toEqual([])
    expect(await runPipeline(steps, journal, never)).toEqual({ outcome: 'undone', failure: reason })
    const later = { code: 'internal', message: 'asked again' } as const
    expect(await undoPipeline(steps, journal, later)).toEqual({ outcome: 'undone', failure: reason })
    expect(rows.failure).toEqual(reason)
  })

  it('refuses two steps of one id, and a journal of another pipeline', async () => {
    const { steps } = createWorld(2)
    const { rows, journal } = createJournal()
    await expect(runPipeline([...steps, ...steps], journal, never)).rejects.toThrow('same id')
    rows.done.push('renamed')
    await expect(runPipeline(steps, journal, never)).rejects.toThrow('step renamed')
  })
})
