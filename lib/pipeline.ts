import type { ErrorCode } from './errors.ts'
import { toAppError } from './errors.ts'

/** One step of a long piece of work. */
export interface Step<State> {
  /** Stored in the journal and shown in the progress bar: never renamed. */
  id: string
  /** Does the step and returns what it adds to the state. Safe to run again after a crash at any line. */
  run(state: Readonly<State>, signal: AbortSignal): Promise<Partial<State>>
  /**
   * Leaves the world as it was before `run`; absent where there is nothing to undo. Safe to run again, and also called for the
   * step that failed, of which nobody knows how far it came.
   */
  undo?(state: Readonly<State>): Promise<void>
}

export interface PipelineFailure {
  /** The step that failed; absent when somebody asked for the way back between steps. */
  stepId?: string
  code: ErrorCode
  message: string
}

/** What is known of a run: all of it survives a crash, since every call is a committed row before it returns. */
export interface Journal<State> {
  load(): Promise<{ state: State; done: readonly string[]; failure?: PipelineFailure }>
  recordDone(stepId: string, state: State): Promise<void>
  /** From here on the only way is back. */
  recordFailure(failure: PipelineFailure): Promise<void>
  /** Takes the step off the done ones. */
  recordUndone(stepId: string): Promise<void>
}

export type PipelineOutcome<State> = { outcome: 'done'; state: State } | { outcome: 'undone'; failure: PipelineFailure }

/**
 * Runs the steps the journal does not know as done, in order, and records each. Called again after a crash it goes on where the
 * journal ends, forwards or backwards.
 *
 * A failure that trying again cannot mend is recorded and undone, last step first. A retryable failure and an abort are thrown and
 * leave the journal as it is: call again to go on, or `undoPipeline` to give up.
 *
 * @throws what a step threw when it is retryable, the signal's reason when aborted, and whatever `undo` or the journal threw
 */
export async function runPipeline<State extends object>(
  steps: readonly Step<State>[],
  journal: Journal<State>,
  signal: AbortSignal,
): Promise<PipelineOutcome<State>> {
  const begun = await journal.load()
  checkSteps(steps, begun.done)
  if (begun.failure !== undefined) return undoPipeline(steps, journal, begun.failure)
  let state = begun.state
  for (const step of steps) {
    if (begun.done.includes(step.id)) continue
    signal.throwIfAborted()
    try {
      state = { ...state, ...(await step.run(state, signal)) }
    } catch (error) {
      const { retryable, code, message } = toAppError(error)
      if (retryable || signal.aborted) throw error
      return undoPipeline(steps, journal, { stepId: step.id, code, message })
    }
    await journal.recordDone(step.id, state)
  }
  return { outcome: 'done', state }
}

/**
 * Undoes what was done, last step first: when a person cancels, or when retrying has come to its end.
 * The first failure recorded stays the reason, whoever asks later.
 */
export async function undoPipeline<State extends object>(
  steps: readonly Step<State>[],
  journal: Journal<State>,
  reason: PipelineFailure,
): Promise<PipelineOutcome<State>> {
  const { state, done, failure: recorded } = await journal.load()
  checkSteps(steps, done)
  if (recorded === undefined) await journal.recordFailure(reason)
  const failure = recorded ?? reason
  for (const step of steps.toReversed()) {
    const isHalfDone = step.id === failure.stepId
    if (!done.includes(step.id) && !isHalfDone) continue
    await step.undo?.(state)
    await journal.recordUndone(step.id)
  }
  return { outcome: 'undone', failure }
}

function checkSteps(steps: readonly { id: string }[], done: readonly string[]): void {
  const ids = new Set(steps.map(({ id }) => id))
  if (ids.size < steps.length) throw new Error('Two steps of one pipeline have the same id')
  const stray = done.find((id) => !ids.has(id))
  if (stray !== undefined) throw new Error(`The journal has done step ${stray}, which this pipeline does not have`)
}
