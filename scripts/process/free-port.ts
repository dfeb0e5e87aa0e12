import { createServer } from 'node:net'

/** A port of 127.0.0.1 that the system says is free now. */
export async function getFreePort(): Promise<number> {
  const outcome = await tryListen(0, '127.0.0.1')
  if (typeof outcome === 'number') return outcome
  throw new Error(`the system gives no free port on 127.0.0.1 (${outcome})`)
}

/**
 * Whether somebody listens on that port of this machine, or we may not. Both loopback addresses count: a browser takes
 * whichever of them `localhost` names first.
 */
export async function isPortTaken(port: number): Promise<boolean> {
  const outcomes = await Promise.all(['127.0.0.1', '::1'].map((host) => tryListen(port, host)))
  return outcomes.some((outcome) => outcome === 'EADDRINUSE' || outcome === 'EACCES')
}

/** Gives the port it could listen on, or the code of the error. */
function tryListen(port: number, host: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}
