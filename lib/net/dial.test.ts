import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { dial } from './dial.ts'

async function serve(onConnection: () => void = () => undefined) {
  const server = createServer(onConnection).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, host: '127.0.0.1', port }
}

it('connects to whoever listens', async () => {
  const { server, ...there } = await serve()
  const socket = await dial(there, AbortSignal.timeout(2_000))
  expect(socket.remotePort).toBe(there.port)
  socket.destroy()
  server.close()
})

it('says that nobody answers, in time, and leaves no socket behind', async () => {
  const { server, ...there } = await serve()
  server.close()
  await once(server, 'close')
  await expect(dial(there, AbortSignal.timeout(2_000))).rejects.toMatchObject({ code: 'dependency-unavailable' })
})

it('gives up when the deadline passes first', async () => {
  const { server, ...there } = await serve()
  await expect(dial(there, AbortSignal.abort())).rejects.toMatchObject({ code: 'dependency-unavailable' })
  server.close()
})
