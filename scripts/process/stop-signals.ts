// A Ctrl-C in a terminal arrives several times at once: from the terminal, from npm and from the setup script.
const sameSignalMs = 1000

/**
 * Calls `stop` once when this process is asked to end: by a signal, or because the command that started it is gone.
 * A second Ctrl-C calls `force`.
 */
export function onStopRequest(stop: () => void, force: () => void): void {
  let askedAt: number | undefined
  const ask = () => {
    if (askedAt === undefined) {
      askedAt = Date.now()
      stop()
    } else if (Date.now() - askedAt > sameSignalMs) {
      force()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  process.on('disconnect', () => {
    if (askedAt === undefined) ask()
  })
  // The terminal may be gone while we still have something to say.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
}
