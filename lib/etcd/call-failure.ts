import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'

const reasonLengthMax = 200

/**
 * What went wrong between us and somebody else's server. A deadline is ours; an answer that cannot be read is theirs, whatever
 * it made our libraries say.
 */
export function callFailure(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new AppError('etcd-timeout', 'No answer in time', { cause: error })
  }
  const said = cleanLine(error instanceof Error ? error.message : String(error), reasonLengthMax)
  return new AppError('etcd-failed', 'Not understood', { cause: error, details: { said } })
}

/** Codes that say that nothing was heard, be it on the way there or after. */
export const timeouts: ReadonlySet<string> = new Set(['etcd-timeout', 'timed-out', 'connection-timed-out'])

export function isTimeout({ code, details }: AppError): boolean {
  return timeouts.has(code) || timeouts.has(String(details.reason))
}

/** How etcd says no to somebody: for want of a name, of a right, or because it does not know them. */
const denials: ReadonlySet<string> = new Set([
  ...['etcd-auth-required', 'etcd-auth-failed', 'etcd-permission-denied', 'etcd-needs-root', 'etcd-not-found'],
])

/** Whether etcd said no; everything else leaves open what it would have said. */
export function isDenial({ code }: AppError): boolean {
  return denials.has(code)
}

/** In a word what stood in the way: our code, or etcd's own sentence where ours says too little. */
export function reasonOf({ code, details }: AppError): string {
  const isVague = code === 'etcd-failed' || code === 'etcd-refused' || code === 'tls-failed'
  const told = isVague ? (details.said ?? details.reason) : details.reason
  const isWrapped = isVague || code === 'etcd-unavailable' || code === 'etcd-tls-failed'
  return cleanLine(String(isWrapped ? (told ?? code) : code), reasonLengthMax)
}
