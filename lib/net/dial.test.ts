import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { dial } from './dial.ts'
import { operatorPolicy } from './operator-policy.ts'

async function serve() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const there = { host: '127.0.0.1', port }
  return { server, there, door: { policy: operatorPolicy(there), signal: AbortSignal.timeout(2_000) } }
}

it('connects to whoever listens', async () => {
  const { server, there, door } = await serve()
  const socket = await dial(there, door)
  expect(socket.remotePort).toBe(there.port)
  socket.destroy()
  server.close()
})

it('says that nobody listens, and where', async () => {
  const { server, there, door } = await serve()
  server.close()
  await once(server, 'close')
  await expect(dial(there, door)).rejects.toMatchObject({
    code: 'connection-refused',
    details: { ...there, address: '127.0.0.1', reason: 'ECONNREFUSED' },
  })
})

it('gives up at once when it is cancelled, with the reason of whoever did', async () => {
  const { server, there, door } = await serve()
  const reason = new Error('nobody waits any more')
  await expect(dial(there, { ...door, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  server.close()
})
