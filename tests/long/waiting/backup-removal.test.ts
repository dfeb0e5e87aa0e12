import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteBackup } from '#lib/services/backups/change-backup.ts'
import { updateTarget } from '#lib/services/storage-targets/update-target.ts'
import type { FaultyBackups } from '#tests/support/backup-faults.ts'
import { fillEtcd, openFaultyBackups } from '#tests/support/backup-faults.ts'
import { startEtcd } from '#tests/support/etcd.ts'

/** More than a round of removals takes. */
const stuck = 250

let site: FaultyBackups

beforeAll(async () => {
  site = await openFaultyBackups()
})
afterAll(() => site[Symbol.asyncDispose]())

it('what can be removed goes while hundreds wait for a target of another team that refuses', async () => {
  await using etcd = await startEtcd()
  await fillEtcd(etcd, { count: 20 })
  await using dead = await site.add(etcd)
  const { secrets } = site.proxy.rules
  secrets.set('AKIADEAD', 'of-the-dead')
  const { team, clusterId } = dead.watched
  const way = { settings: { accessKeyId: 'AKIADEAD' }, secretAccessKey: 'of-the-dead' }
  await updateTarget(team, { targetId: dead.target.id, ...way })
  const { objectKey } = await dead.backUp()
  secrets.delete('AKIADEAD')
  await site.sql(
    `INSERT INTO backup ("tenantId", "id", "clusterId", "clusterName", "targetId", "reason", "state", "objectKey", "deletingAt", "endedAt")
     SELECT $1, gen_random_uuid(), $2, 'dead', $3, 'schedule', 'unverified', $4, now() - interval '1 day', now()
       FROM generate_series(1, $5)`,
    [team.tenantId, clusterId, dead.target.id, objectKey, stuck],
  )
  await using alive = await site.add(etcd)
  const [going] = [await alive.backUp(), await alive.backUp()]
  await deleteBackup(alive.watched.team, { backupId: going?.id ?? '', confirmName: going?.clusterName ?? '' })
  await expect.poll(() => alive.objects(), { timeout: 45_000 }).toHaveLength(2)
  expect(await alive.objects()).not.toContain(going?.objectKey)
  expect(await dead.objects()).toContain(objectKey)
})
