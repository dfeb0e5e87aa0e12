import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'

const root = { username: 'root', password: new Secret('of-root') }
const all = { username: 'all', password: new Secret('of-all') }
const some = { username: 'some', password: new Secret('of-some') }
const none = { username: 'none', password: new Secret('of-none') }
const users = [
  { name: root.username, password: root.password },
  { name: all.username, password: all.password, grants: [{ access: 'read' as const, prefix: '' }] },
  { name: some.username, password: some.password, grants: [{ access: 'read' as const, prefix: '/app/' }] },
  { name: none.username, password: none.password },
]
const everything = prefixRange(Buffer.alloc(0))
const keysTotal = 100_000
const keysPerWrite = 100

describe.each(['3.4', '3.5'])('an etcd %s with 100,000 keys', (version) => {
  let etcd: RunningEtcd
  beforeAll(async () => {
    etcd = await startEtcd({ version, users })
    const client = openEtcd(accessTo(etcd, { reader: root }))
    const value = Buffer.from('1')
    const keys = Array.from({ length: keysTotal }, (_, index) => Buffer.from(`/app/${index}`))
    for (let at = 0; at < keysTotal; at += 20 * keysPerWrite) {
      const writes = Array.from({ length: 20 }, (_, index) => at + index * keysPerWrite)
      await Promise.all(
        writes.map((first) =>
          client.keys.transact({
            perform: keys.slice(first, first + keysPerWrite).map((key) => ({ put: { key, value } })),
          }),
        ),
      )
    }
  }, 120_000)
  afterAll(() => etcd?.stop())

  test('says who may read a range without counting it', async () => {
    const mayRead = (reader: typeof root, range = everything) =>
      openEtcd(accessTo(etcd, { reader })).keys.mayRead(range)
    expect([await mayRead(root), await mayRead(all), await mayRead(some), await mayRead(none)]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(await mayRead(some, prefixRange(Buffer.from('/app/')))).toBe(true)
    const questions = 20
    const timeOf = async (ask: () => Promise<unknown>) => {
      const startedMs = performance.now()
      for (let index = 0; index < questions; index += 1) await ask()
      return (performance.now() - startedMs) / questions
    }
    const client = openEtcd(accessTo(etcd, { reader: all }))
    const counted = await timeOf(() => client.keys.page({ range: everything, limit: 1, keysOnly: true }))
    const asked = await timeOf(() => client.keys.mayRead(everything))
    expect(asked).toBeLessThan(counted / 2)
  })

  test('asks somebody without a name for one', async () => {
    await expect(openEtcd(accessTo(etcd)).keys.mayRead({ key: Buffer.from([0]) })).rejects.toMatchObject({
      code: 'etcd-auth-required',
    })
  })
})

test('an etcd without authentication lets everybody read', async () => {
  await using etcd = await startEtcd()
  expect(await openEtcd(accessTo(etcd)).keys.mayRead(everything)).toBe(true)
})
