import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { TokenCache } from '#lib/etcd/tokens.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, grantsOf, namedEndpoint } from '#tests/support/etcd-access.ts'
import { look } from '#tests/support/odd-findings.ts'

const reader = { username: 'kstone-reader', password: new Secret('of-reader') }
const root = { username: 'root', password: new Secret('of-root') }
const users = [
  { name: root.username, password: root.password },
  { name: reader.username, password: reader.password, grants: [{ access: 'read' as const, prefix: '' }] },
]

/** Speaks gRPC without TLS and refuses every call as an etcd would, keeping all it was told. */
async function startListener(refusal: string) {
  const heard: string[] = []
  const paths: string[] = []
  const server = createServer().on('stream', (stream, headers) => {
    heard.push(JSON.stringify(headers))
    paths.push(String(headers[':path']))
    stream.on('data', (data: Buffer) => heard.push(data.toString('latin1'))).on('error', () => undefined)
    const status = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16', 'grpc-message': refusal }
    stream.respond(status, { endStream: true })
  })
  server.on('sessionError', () => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sessions = new Set<{ destroy(): void }>()
  server.on('session', (session) => sessions.add(session))
  return {
    port,
    paths,
    get text() {
      return heard.join('\n')
    },
    [Symbol.dispose]: () => {
      for (const session of sessions) session.destroy()
      server.close()
    },
  }
}

const secrets = /kstone-reader|of-reader|of-root|"token"/
const refusals = ['etcdserver: invalid auth token', 'etcdserver: user name is empty']

function givenTo(etcd: RunningEtcd, listenerPort: number) {
  const [first] = etcd.members
  const port = first?.endpoint.port ?? 0
  const scheme = etcd.tls ? 'https' : 'http'
  const endpoint = namedEndpoint(port, { scheme })
  return { port, endpoint, access: accessTo(etcd, { endpoints: [endpoint], door: grantsOf(port, listenerPort) }) }
}

describe.each(refusals)('a member that advertises the address of somebody who says "%s"', (refusal) => {
  test('has no user, password or token sent there in clear text, where the cluster speaks TLS', async () => {
    using listener = await startListener(refusal)
    const advertised = `http://127.0.0.1:${listener.port}`
    await using etcd = await startEtcd({ tls: 'server', users, extraArgs: [`--advertise-client-urls=${advertised}`] })
    const { port, access } = givenTo(etcd, listener.port)
    const client = openEtcd({ ...access, reader, root })
    const [member] = (await client.members()).members
    expect(member).toMatchObject({ clientUrls: [advertised], endpoint: undefined })
    const endpoint = namedEndpoint(listener.port)
    await Promise.allSettled([client.status(endpoint), client.hashKv(endpoint), client.defragment(endpoint)])
    const endpoints = [`https://127.0.0.1:${port}`]
    const diagnosis = await look(
      { endpoints, tls: { caPem: etcd.tls?.caPem ?? '' }, reader, root },
      { more: [listener.port] },
    )
    expect(diagnosis.view.stages).toContainEqual(
      expect.objectContaining({
        code: 'member-address-not-usable',
        evidence: expect.objectContaining({ address: advertised, reason: 'no-usable-address' }),
      }),
    )
    expect(diagnosis.members).toMatchObject([{ state: 'up', address: endpoints[0] }])
    expect(listener.text).not.toMatch(secrets)
  })

  test('has no password sent there, and none is asked of it for a look, where the cluster speaks plain text', async () => {
    using listener = await startListener(refusal)
    const advertised = `http://127.0.0.1:${listener.port}`
    await using etcd = await startEtcd({ users, extraArgs: [`--advertise-client-urls=${advertised}`] })
    const { endpoint, access } = givenTo(etcd, listener.port)
    const shared = { connections: new ConnectionPool(10), tokens: new TokenCache() }
    const client = openEtcd({ ...access, reader, root }, shared)
    const [member] = (await client.members()).members
    if (!member?.endpoint) return expect.fail('an address to ask at')
    await expect(client.status(member.endpoint)).rejects.toMatchObject({ code: expect.stringMatching(/^etcd-auth-/) })
    expect(listener.text).not.toMatch(secrets)
    // What only root may do takes its token there, got from the endpoint a person gave.
    await expect(client.hashKv(member.endpoint)).rejects.toMatchObject({ code: expect.stringMatching(/^etcd-auth-/) })
    expect(listener.text).not.toMatch(/kstone-reader|of-reader|of-root/)
    expect(new Set(listener.paths)).toEqual(
      new Set(['/etcdserverpb.Maintenance/Status', '/etcdserverpb.Maintenance/HashKV']),
    )
    await expect(client.hashKv(endpoint)).resolves.toMatchObject({ hash: expect.any(Number) })
  })
})
