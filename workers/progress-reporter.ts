import type { JobProgress } from '#lib/contracts/jobs.ts'
import { logFailure } from '#lib/log.ts'

/** How far a job has come is written down at most twice a second; of reports in between the newest counts. */
const writeEveryMs = 500

/** Takes reports as often as a handler likes, and writes the newest one down now and then. No job ends for want of that. */
export class ProgressReporter {
  readonly #write: (progress: JobProgress) => Promise<void>
  #newest: JobProgress | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #writtenAtMs = 0

  constructor(write: (progress: JobProgress) => Promise<void>) {
    this.#write = write
  }

  report(progress: JobProgress): void {
    this.#newest = progress
    const waitMs = Math.max(0, this.#writtenAtMs + writeEveryMs - performance.now())
    this.#timer ??= setTimeout(() => void this.flush(), waitMs)
  }

  /** Writes what is left to write; resolves when it stands, or was tried in vain. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const progress = this.#newest
    this.#newest = undefined
    if (progress) {
      this.#writtenAtMs = performance.now()
      this.#writing = this.#writing
        .then(() => this.#write(progress))
        .catch((error: unknown) => logFailure(error, 'how far a job has come could not be written down'))
    }
    await this.#writing
  }
}
