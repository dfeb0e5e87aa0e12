import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { backupComparisonView } from '#lib/contracts/backup-catalogue.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { pinBackup } from '#lib/services/backups/change-backup.ts'
import { compareBackups } from '#lib/services/backups/compare-backups.ts'
import type { BackupFleet } from '#tests/support/backup-fleet.ts'
import { openBackupFleet } from '#tests/support/backup-fleet.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'
import { startApp } from '#tests/support/stack.ts'
import type { Watched } from '#tests/support/watched-fleet.ts'
import { asSuperuser, createTeam } from '#tests/support/work-team.ts'

let backups: BackupFleet
let etcd: RunningEtcd
let watched: Watched
let older: BackupDetailView
let newer: BackupDetailView

const pod = (n: number) => Buffer.from(`/registry/pods/default/p${n}`)
const odd = Buffer.from('/odd/\u001b[31m\u202e用户')

beforeAll(async () => {
  ;[backups, etcd] = await Promise.all([openBackupFleet(), startEtcd({ version: '3.5' })])
  const { keys } = openEtcd(accessTo(etcd))
  const modRevisionOf = async (key: Buffer) => (await keys.find(key))?.modRevision ?? 0n
  const put = async (key: Buffer, value: string) =>
    await keys.put({ key, value: Buffer.from(value), expectedModRevision: await modRevisionOf(key) })
  for (let n = 0; n < 20; n += 1) await put(pod(n), 'as it was')
  await put(Buffer.from('/same'), 'same')
  watched = await backups.fleet.watch(etcd)
  await backups.addDirectory(watched.team)
  older = await takeBackup()
  await pinBackup(watched.team, { backupId: older.id, isPinned: true })
  for (let n = 0; n < 7; n += 1) await keys.delete({ key: pod(n), expectedModRevision: await modRevisionOf(pod(n)) })
  await put(pod(8), 'as it is')
  await put(Buffer.from('/same'), 'same')
  for (let n = 100; n < 103; n += 1) await put(pod(n), 'new')
  await put(odd, 'new')
  newer = await takeBackup()
}, 300_000)
afterAll(() => Promise.all([backups?.[Symbol.asyncDispose](), etcd?.[Symbol.asyncDispose]()]))

/** The plan takes one as soon as there is a place for it; there is never more than one at a time. */
async function takeBackup(): Promise<BackupDetailView> {
  while ((await backups.list(watched)).some(({ endedAt }) => endedAt === null)) await sleep(50)
  const backup = await backups.backUp(watched)
  return backup.state === 'verified' ? backup : expect.fail(`${backup.problem}`)
}

const differences = [
  {
    ...{ name: 'pods', added: 3, changed: 1, removed: 7 },
    samples: {
      added: [100, 101, 102].map((n) => String(pod(n))),
      changed: [String(pod(8))],
      removed: [0, 1, 2, 3, 4].map((n) => String(pod(n))),
    },
  },
  {
    ...{ name: '/odd/', added: 1, changed: 0, removed: 0 },
    samples: { added: ['/odd/\uFFFD[31m\uFFFD用户'], changed: [], removed: [] },
  },
]

const sql = (text: string, values: unknown[]) => asSuperuser(backups.fleet.place.database, text, values)

it('two backups are told apart by group, the older one first however they are named', async () => {
  for (const [backupId, other] of [
    [newer.id, older.id],
    [older.id, newer.id],
  ] as const) {
    const view = backupComparisonView.parse(await compareBackups(watched.team, { backupId, with: other }))
    expect(view).toMatchObject({ older: { id: older.id }, newer: { id: newer.id } })
    expect(view.groups.map(withSortedSamples)).toMatchObject(
      differences.map((group) => ({ ...group, samples: { ...group.samples, removed: expect.any(Array) } })),
    )
    for (const key of view.groups[0]?.samples.removed ?? []) expect(key).toMatch(/p[0-6]$/)
    expect(view.groups[0]?.samples.removed.length).toBe(5)
  }
})

type Group = ReturnType<typeof backupComparisonView.parse>['groups'][number]

function withSortedSamples({ samples, ...group }: Group): Group {
  const { added, changed, removed } = samples
  return { ...group, samples: { added: added.toSorted(), changed, removed: removed.toSorted() } }
}

it('without another one it is compared with the one before it, and the first one with none', async () => {
  const view = await compareBackups(watched.team, { backupId: newer.id })
  expect(view).toMatchObject({ older: { id: older.id }, newer: { id: newer.id } })
  const [first] = (await backups.list(watched)).filter(({ state }) => state === 'verified').slice(-1)
  await expect(compareBackups(watched.team, { backupId: first?.id ?? '' })).rejects.toMatchObject({ code: 'not-found' })
})

it('only two verified backups of one cluster are compared, and none of another team', async () => {
  const { team } = watched
  const same = compareBackups(team, { backupId: newer.id, with: newer.id })
  await expect(same).rejects.toMatchObject({ code: 'backups-not-comparable' })
  const stranger = compareBackups(await createTeam(), { backupId: newer.id, with: older.id })
  await expect(stranger).rejects.toMatchObject({ code: 'not-found' })
  const change = `UPDATE backup SET "state" = $2 WHERE "id" = $1`
  await sql(change, [older.id, 'unverified'])
  const doubtful = compareBackups(team, { backupId: newer.id, with: older.id })
  await expect(doubtful).rejects.toMatchObject({ code: 'backup-not-usable' })
  await sql(change, [older.id, 'verified'])
})

it('what is too large for a person to wait for is refused before anything is read', async () => {
  const change = `UPDATE backup SET "sizeBytes" = $2 WHERE "id" = $1`
  await sql(change, [older.id, 2 ** 31])
  const large = compareBackups(watched.team, { backupId: newer.id, with: older.id })
  await expect(large).rejects.toMatchObject({ code: 'backups-too-large' })
  await sql(change, [older.id, older.sizeBytes])
})

it('backups that are compared are left alone by retention, and nothing of them stays in the spool', async () => {
  await compareBackups(watched.team, { backupId: newer.id, with: older.id })
  const { rows } = await sql(`SELECT "usedUntil" > now() AS used FROM backup WHERE "id" = ANY($1)`, [
    [older.id, newer.id],
  ])
  expect(rows).toEqual([{ used: true }, { used: true }])
  const left = await readdir(backups.spool, { recursive: true, withFileTypes: true })
  expect(left.filter(({ name }) => name.endsWith('.db'))).toEqual([])
})

it('the built product compares them too, for whoever may take backups', async () => {
  const { NEXTAUTH_SECRET, ROOT_KEYS, BACKUP_DIRECTORY, SPOOL_DIRECTORY, REDIS_URL = '' } = backups.fleet.place.env
  const env = { NEXTAUTH_SECRET, ROOT_KEYS, BACKUP_DIRECTORY, SPOOL_DIRECTORY }
  await using app = await startApp({
    databaseUrls: backups.fleet.place.database.urls,
    redisUrl: REDIS_URL,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? ''])),
    withWorker: false,
  })
  const ask = async (scopes: ('backups:read' | 'backups:write')[]) => {
    const { secret } = await createApiKey(watched.team, { name: scopes.join(), scopes, expiresInDays: 1 })
    const path = `/api/v1/backups/${newer.id}/comparison?with=${older.id}`
    return await fetch(app.url + path, { headers: { authorization: `Bearer ${secret}` } })
  }
  expect((await ask(['backups:read'])).status).toBe(403)
  const answer = await ask(['backups:write'])
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  const { groups } = backupComparisonView.parse(JSON.parse(text).data)
  expect(groups).toMatchObject(differences.map(({ samples: _, ...group }) => group))
}, 300_000)
