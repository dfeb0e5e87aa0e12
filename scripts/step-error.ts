/** A failure a person can act on: what happened, how to mend it, and where to read more. */
export class StepError extends Error {
  readonly fix: string
  readonly logFile: string | undefined

  constructor(message: string, options: { fix: string; cause?: unknown; logFile?: string }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'StepError'
    this.fix = options.fix
    this.logFile = options.logFile
  }
}

/** The message of anything thrown, in one line; an AggregateError of a refused connection has an empty one. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
