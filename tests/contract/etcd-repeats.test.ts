import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { grantsOf, namedEndpoint } from '#tests/support/etcd-access.ts'

/** Breaks off every call, with its connection, as a member does that is killed while it answers. */
async function startBreakingOff() {
  const asked: string[] = []
  const server = createServer().on('stream', (stream, headers) => {
    asked.push(String(headers[':path']).split('/').at(-1) ?? '')
    stream.on('error', () => undefined)
    stream.session?.destroy()
  })
  server.on('sessionError', () => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { asked, port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() }
}

test('a read that its member broke off is asked once more, except one that holds the member for long', async () => {
  using member = await startBreakingOff()
  const endpoint = namedEndpoint(member.port)
  const access = { endpoints: [endpoint], door: grantsOf(member.port) }
  const connections = new ConnectionPool(3)
  const client = openEtcd(access, { connections })
  await expect(client.alarms({ endpoint })).rejects.toMatchObject({ code: 'etcd-unavailable' })
  await expect(client.hashKv(endpoint)).rejects.toMatchObject({ code: 'etcd-unavailable' })
  await expect(client.defragment(endpoint)).rejects.toMatchObject({ code: 'etcd-unavailable' })
  connections.close()
  expect(member.asked).toEqual(['Alarm', 'Alarm', 'HashKV', 'Defragment'])
})
