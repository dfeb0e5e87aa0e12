import { AppError } from '#lib/errors.ts'

/** The jobs this process is at, so that a word from outside can stop one. */
export class RunningJobs {
  readonly #cancels = new Map<string, AbortController>()

  /** Gives the signal that is aborted, with `job-cancelled`, when somebody calls the job off. */
  add(jobId: string): AbortSignal {
    const cancel = new AbortController()
    this.#cancels.set(jobId, cancel)
    return cancel.signal
  }

  /** Does nothing when the job runs elsewhere. */
  cancel(jobId: string): void {
    this.#cancels.get(jobId)?.abort(new AppError('job-cancelled', `Job ${jobId} was called off`))
  }

  remove(jobId: string): void {
    this.#cancels.delete(jobId)
  }
}
