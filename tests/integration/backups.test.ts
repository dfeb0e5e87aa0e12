import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demandAlso } from '#lib/api/authorize.ts'
import { readManifest } from '#lib/backup-format/manifest.ts'
import { AppError } from '#lib/errors.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { newId } from '#lib/ids.ts'
import { downloadBackup } from '#lib/services/backups/download-backup.ts'
import { getDrill } from '#lib/services/drills/list-drills.ts'
import { startDrill } from '#lib/services/drills/start-drill.ts'
import { addMs, hourMs } from '#lib/time.ts'
import type { BackupFleet } from '#tests/support/backup-fleet.ts'
import { openBackupFleet } from '#tests/support/backup-fleet.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo } from '#tests/support/etcd-access.ts'
import { addTeammate } from '#tests/support/teammates.ts'
import type { Watched } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

let backups: BackupFleet

beforeAll(async () => {
  backups = await openBackupFleet()
})
afterAll(() => backups[Symbol.asyncDispose]())

async function put(etcd: RunningEtcd, count: number): Promise<void> {
  const client = openEtcd(accessTo(etcd))
  for (let n = 0; n < count; n += 1) {
    await client.keys.put({
      key: Buffer.from(`/registry/pods/default/p${n}`),
      value: Buffer.from(`value ${n}`),
      expectedModRevision: 0n,
    })
  }
}

async function objectsIn(directory: string): Promise<string[]> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true })
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(body).arrayBuffer())
}

describe.each(['3.4', '3.5'] as const)('a cluster of etcd %s', (version) => {
  let etcd: RunningEtcd
  let watched: Watched

  beforeAll(async () => {
    etcd = await startEtcd({ version, members: 3 })
    await put(etcd, 30)
    watched = await backups.fleet.watch(etcd)
  })
  afterAll(() => etcd[Symbol.asyncDispose]())

  it('is backed up by itself once its team has a target: verified, with the numbers of the live cluster', async () => {
    await backups.addDirectory(watched.team)
    await expect.poll(async () => (await backups.list(watched)).length, { timeout: 20_000 }).toBe(1)
    const [first] = await backups.list(watched)
    const backup = await backups.ended(watched.team, first?.id ?? '')
    expect(backup).toMatchObject({ state: 'verified', problem: null, reason: 'schedule', keys: '30' })
    expect(backup.counts).toEqual([
      { name: '', live: '30', snapshot: '30' },
      { name: '/registry/pods/', live: '30', snapshot: '30' },
    ])
    expect(backup.member?.role).toBe('follower')
    const files = await objectsIn(join(backups.directory, 'tenant', watched.team.tenantId))
    expect(files).toHaveLength(2)
    const manifest = readManifest(await readFile(files.find((file) => file.endsWith('.json')) ?? ''))
    expect(manifest).toMatchObject({ backupId: backup.id, snapshot: { liveKeys: 30, sha256: backup.sha256 } })
    expect(await objectsIn(backups.spool)).not.toContainEqual(expect.stringContaining('.db'))
  })

  it('is verified too where one key begins another, or keys lie beside folders', async () => {
    await using flat = await startEtcd({ version })
    const client = openEtcd(accessTo(flat))
    const keys = [...['key1', 'key10', 'key1/x', 'foo', 'foobar', '/foo', '/foo/x', '/', '//x'], '/apisix/name']
    keys.push('/apisix/routes/1', '/registry/name', '/registry/pods/a/b', '/registry/a.example.com/x')
    keys.push('/registry/a.example.com/things/x', '/registry/services/x', '/registry/services/specs/a/b')
    for (const key of keys) {
      await client.keys.put({ key: Buffer.from(key), value: Buffer.from('v'), expectedModRevision: 0n })
    }
    const beside = await backups.fleet.watch(flat)
    await backups.addDirectory(beside.team)
    await expect.poll(async () => (await backups.list(beside)).length, { timeout: 20_000 }).toBe(1)
    const [first] = await backups.list(beside)
    const backup = await backups.ended(beside.team, first?.id ?? '')
    expect(backup).toMatchObject({ state: 'verified', problem: null, keys: String(keys.length) })
    const counted = backup.counts.map(({ name }) => name).filter((name) => name !== '')
    expect(counted.toSorted()).toEqual(
      [
        '/apisix/routes/',
        '/foo/',
        '/registry/a.example.com/things/',
        '/registry/pods/',
        '/registry/services/specs/',
        'key1/',
      ].toSorted(),
    )
  })

  it('gives its snapshot back byte for byte', async () => {
    const backup = await backups.backUp(watched)
    expect(backup.state).toBe('verified')
    const { body, fileName } = await downloadBackup(watched.team, { backupId: backup.id })
    expect(fileName).toMatch(/^c-[\w-]+-\d{8}T\d{6}Z-r\d+\.db$/)
    expect((await bytesOf(body)).length).toBe(backup.sizeBytes)
  })

  it('keeps what was taken by hand, though a ladder keeps one of an hour', async () => {
    await using own = await startEtcd({ version })
    await put(own, 3)
    const upgraded = await backups.fleet.watch(own)
    await backups.addDirectory(upgraded.team)
    await expect.poll(async () => (await backups.list(upgraded))[0]?.state, { timeout: 20_000 }).toBe('verified')
    for (let turn = 0; turn < 2; turn += 1) await backups.backUp(upgraded)
    // Two of the same hour: the one of the schedule gives way to them.
    await expect
      .poll(async () => (await backups.list(upgraded)).map(({ reason, state }) => `${reason} ${state}`), {
        timeout: 20_000,
      })
      .toEqual(['manual verified', 'manual verified'])
  })

  it('has its history shortened by nobody who may not delete a backup', async () => {
    const as = async (role: 'operator' | 'admin', signedInAt?: Date) => {
      const actor = await addTeammate(watched.team, role)
      const session = {
        id: newId(),
        userId: actor.actor.id,
        method: 'password' as const,
        authAt: signedInAt ?? new Date(),
      }
      try {
        const { session: _own, ...key } = actor
        demandAlso(signedInAt ? { ...actor, session } : key, 'backups:delete')
        return 'may'
      } catch (error) {
        return error instanceof AppError ? error.code : error
      }
    }
    expect(await as('operator', new Date())).toBe('permission-denied')
    expect(await as('admin')).toBe('person-required')
    expect(await as('admin', addMs(new Date(), -hourMs))).toBe('step-up-required')
    expect(await as('admin', new Date())).toBe('may')
  })

  it('is proven by a drill', async () => {
    // A member that was asked for its hash a moment ago would rest from it.
    await asSuperuser(backups.fleet.place.database, 'UPDATE backup_plan SET "hashedAt" = NULL')
    expect(await backups.backUp(watched)).toMatchObject({ state: 'verified' })
    const { id } = await startDrill(watched.team, { clusterId: watched.clusterId })
    await expect
      .poll(async () => (await getDrill(watched.team, { drillId: id })).state, { timeout: 40_000 })
      .toBe('proven')
    const drill = await getDrill(watched.team, { drillId: id })
    expect(drill).toMatchObject({ problem: null, hasCertificate: true })
    expect(drill.comparisons).toContainEqual({ what: 'live-keys', expected: '30', seen: '30', outcome: 'holds' })
    expect(drill.comparisons).toContainEqual(expect.objectContaining({ what: 'hash', outcome: 'holds' }))
  })
})

it('a cluster nobody has ever written to is backed up and proven too', async () => {
  await using etcd = await startEtcd({ version: '3.5' })
  const watched = await backups.fleet.watch(etcd)
  await backups.addDirectory(watched.team)
  await expect.poll(async () => (await backups.list(watched)).length, { timeout: 20_000 }).toBe(1)
  const [first] = await backups.list(watched)
  expect(await backups.ended(watched.team, first?.id ?? '')).toMatchObject({
    state: 'verified',
    keys: '0',
    revision: '1',
  })
  const { id } = await startDrill(watched.team, { clusterId: watched.clusterId })
  const stateOf = async () => (await getDrill(watched.team, { drillId: id })).state
  await expect.poll(stateOf, { timeout: 40_000 }).toBe('proven')
})
