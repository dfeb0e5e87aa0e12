import { createServer } from 'node:net'

/** Whether the port of that address is free; 0 gives any free one. Gives the port, or undefined when it is taken. */
export function findFreePort(port = 0, host = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}

/** A port of 127.0.0.1 that the system says is free now. */
export async function getFreePort(): Promise<number> {
  const port = await findFreePort()
  if (port === undefined) throw new Error('the system gives no free port on 127.0.0.1')
  return port
}
