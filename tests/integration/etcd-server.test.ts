import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startEtcd } from '#tests/support/etcd.ts'
import { etcdctl } from '#tests/support/etcdctl.ts'

describe.each(['3.4', '3.5'])('an etcd %s of our own', (version) => {
  it('serves, keeps what it holds over a restart, and leaves nothing behind', async () => {
    const etcd = await startEtcd({ version })
    await etcdctl(etcd, ['put', 'colour', 'green'])
    await etcd.members[0]?.restart()
    expect(await etcdctl(etcd, ['get', 'colour', '--print-value-only'])).toBe('green')
    await etcd.stop()
    expect([etcd.members.some((member) => member.isRunning), existsSync(etcd.dataDir)]).toEqual([false, false])
  })
})
