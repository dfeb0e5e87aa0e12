import { AsyncLocalStorage } from 'node:async_hooks'
import type { DestinationStream, Logger } from 'pino'
import { pino, stdTimeFunctions } from 'pino'
import { logLevel } from './config.ts'
import { toAppError } from './errors.ts'
import { processWide } from './process-wide.ts'
import { redactText, redactValue } from './redact.ts'

/** What every line says about the work it belongs to. */
export interface LogContext {
  requestId?: string
  tenantId?: string
  /** Who acts: `user:<id>`, `api-key:<id>` or `system` */
  actor?: string
  clusterId?: string
  jobName?: string
  attempt?: number
}

const context = processWide('log-context', () => new AsyncLocalStorage<LogContext>())

/** Runs `work` with the context on each line logged in it, however deep and asynchronous; adds to the context around it. */
export function withLogContext<Result>(addition: LogContext, work: () => Result): Result {
  return context.run({ ...context.getStore(), ...addition }, work)
}

/** The log of this process: JSON lines on standard output, fields first as in `log().info({ port }, 'listening')`. */
export function log(): Logger {
  return processWide('log', () => createLog(logLevel()))
}

/** Logs a failure once, at the boundary that answers for it: `warn` when it was expected, `error` when it is ours. */
export function logFailure(failure: unknown, message = 'failed'): void {
  const error = toAppError(failure)
  log()[error.isExpected ? 'warn' : 'error']({ err: error }, message)
}

export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    mixin: () => ({ ...context.getStore() }),
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => redactFieldsOf(fields),
    },
    // pino's own would unfold an error once more, cause into message
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: redactText },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

function redactFieldsOf(fields: Record<string, unknown>): Record<string, unknown> {
  const safe = redactValue(fields)
  return typeof safe === 'object' && safe !== null ? { ...safe } : { value: safe }
}
