/** Whether it was time that ran out (`AbortSignal.timeout`), and not somebody who changed their mind. */
export function hasTimedOut({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Error && reason.name === 'TimeoutError'
}
