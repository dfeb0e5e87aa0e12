import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '#lib/db/pools.ts'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { tenantTables } from '#lib/db/tables.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { createResetLink } from '#lib/services/members/create-reset-link.ts'
import { mutate } from '#lib/services/mutate.ts'
import { closeTeam } from '#lib/services/team/close-team.ts'
import { exportTeam } from '#lib/services/team/export-team.ts'
import { exportedTables, notExported, secretColumns } from '#lib/services/team/exported-tables.ts'
import { getTeam } from '#lib/services/team/get-team.ts'
import { purgeClosedTeams } from '#lib/services/team/purge-closed-teams.ts'
import { reopenTeam } from '#lib/services/team/reopen-team.ts'
import { updateTeam } from '#lib/services/team/update-team.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { findEverywhere } from '#tests/support/find-everywhere.ts'
import { headersOf, newPerson, newSession, requestFrom, selfOf } from '#tests/support/signed-in.ts'
import { addTeammate, auditLengthOf, auditOf, outcomesOf } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

const never = new AbortController().signal

/** A team with a row in every tenant table. */
async function fullTeam(name: string): Promise<TenantContext & { secrets: string[] }> {
  const team = await createTeam({ name })
  const member = await addTeammate(team, 'viewer')
  const invitation = await invite(team, { email: `${newId()}@example.com`, role: 'viewer' })
  const key = await createApiKey(team, { name: 'ci', scopes: ['clusters:read'], expiresInDays: 1 })
  const reset = await createResetLink(team, { userId: member.actor.id })
  const { tenantId } = team
  await withSystem((db) => db.addressGrant.create({ data: { tenantId, address: '127.0.0.1', port: 2379 } }))
  await withTenant(tenantId, async (db) => {
    await addFleet(db, tenantId)
    await enqueue(db, team, { kind: 'send-invitation-mail', payload: { invitationId: invitation.id } })
  })
  await addSummedSamples(tenantId)
  const idempotency = { key: newId(), route: 'PATCH /x', bodyHash: '', status: 200, serialise: () => 'answer' }
  await updateTeam({ ...team, idempotency }, { timeZone: 'Asia/Shanghai' })
  return { ...team, secrets: [invitation.link, key.secret, reset.link].map((text) => text.split('#').at(-1) ?? '') }
}

/** One row in each table of what a team governs. */
async function addFleet(db: Db, tenantId: string): Promise<void> {
  const [clusterId, importId] = [newId(), newId()]
  const about = { tenantId, id: newId(), kind: 'x', subjectId: clusterId }
  await db.cluster.create({ data: { tenantId, id: clusterId, name: 'east', provider: 'imported' } })
  await db.clusterCredential.create({ data: { tenantId, clusterId, kind: 'root', sealed: 'x', changedBy: 'Ada' } })
  await db.clusterMember.create({ data: { tenantId, clusterId, memberId: '1', name: 'etcd-0' } })
  await db.clusterImport.create({ data: { tenantId, id: importId, format: 'csv', rowsTotal: 1, createdBy: 'Ada' } })
  await db.clusterImportRow.create({ data: { tenantId, importId, number: 1, name: 'west', sealed: 'x' } })
  await db.schedule.create({ data: { ...about, payload: {}, everySeconds: 60 } })
  await db.streamLease.create({ data: about })
  await db.collectionState.create({ data: { tenantId, clusterId, shard: 0 } })
  await db.clusterFacts.create({ data: { tenantId, clusterId, at: new Date(), facts: {}, verdicts: [] } })
  await db.watchSettings.create({ data: { tenantId } })
  const at = new Date()
  const judged = {
    inspection: 'quorum',
    key: 'quorum',
    subject: { kind: 'cluster' },
    code: 'quorum-at-risk',
    source: 'etcd',
  }
  const times = { openedAt: at, seenAt: at, changedAt: at }
  await db.finding.create({
    data: { tenantId, id: newId(), clusterId, ...judged, ...times, severity: 2, evidence: {} },
  })
  const targetId = newId()
  await db.storageTarget.create({ data: { tenantId, id: targetId, name: 'vault', kind: 's3', sealed: 'x' } })
  await db.storageOrphan.create({ data: { tenantId, targetId, key: 'x', sizeBytes: 1n, seenAt: at } })
  await db.backupSettings.create({ data: { tenantId } })
  await db.backupPlan.create({ data: { tenantId, clusterId } })
  const backup = { tenantId, clusterId, clusterName: 'east', reason: 'manual' }
  const backupId = newId()
  await db.backup.create({ data: { ...backup, id: backupId, targetId, sealedKey: 'x' } })
  await db.drill.create({ data: { ...backup, id: newId(), backupId } })
  const seen = { dbSizeBytes: 1n, dbInUseBytes: 1n, revision: 1n, raftLag: 0n, latencyMs: 1, latencyMaxMs: 1 }
  await db.sampleRaw.create({ data: { tenantId, clusterId, memberId: '1', at, ...seen } })
}

const sums = [
  'tenantId',
  'clusterId',
  'memberId',
  'at',
  'samples',
  'dbSizeBytes',
  'dbInUseBytes',
  'revision',
  'raftLag',
]
  .concat(['latencyMs', 'latencyMaxMs'])
  .map((column) => `"${column}"`)
  .join(', ')

/** What only workers sum up. */
async function addSummedSamples(tenantId: string): Promise<void> {
  for (const table of ['sample_5m', 'sample_1h']) {
    await asSuperuser(
      place.database,
      `INSERT INTO ${table} (${sums}, "seenAt") SELECT ${sums}, "at" FROM sample_raw WHERE "tenantId" = $1`,
      [tenantId],
    )
  }
}

/** As if the grace period had gone by. */
const letGraceEnd = ({ tenantId }: TenantContext) =>
  asSuperuser(place.database, `UPDATE tenant SET "deleteAfter" = now() - interval '1 second' WHERE id = $1`, [tenantId])

describe('a team', () => {
  it('changes name and time zone, with what they were before', async () => {
    const team = await createTeam({ name: 'Old' })
    const view = await updateTeam(team, { name: 'New', timeZone: 'Europe/Berlin' })
    expect(await getTeam(team)).toEqual(view)
    expect(view).toMatchObject({ name: 'New', timeZone: 'Europe/Berlin' })
    expect(await auditOf(team)).toMatchObject([
      { action: 'team.updated', diff: { name: ['Old', 'New'], timeZone: ['UTC', 'Europe/Berlin'] } },
    ])
  })

  it.each(['Mars/Olympus', '+08:00', 'EST', 'asia/shanghai', "'; --"])(
    'lives by no clock called %s',
    async (timeZone) => {
      const team = await createTeam()
      await expect(updateTeam(team, { timeZone })).rejects.toMatchObject({
        code: 'invalid-input',
        details: { issues: [{ path: 'timeZone', code: 'time-zone-unknown' }] },
      })
    },
  )
})

describe('closing a team', () => {
  it('needs its name typed exactly', async () => {
    const team = await createTeam({ name: 'Platform' })
    for (const confirmName of ['', 'platform', 'Platform ', 'Platforms']) {
      expect(await outcomesOf([closeTeam(team, { confirmName })])).toEqual({ 'confirmation-mismatch': 1 })
    }
    expect((await getTeam(team)).closingAt).toBeNull()
  })

  it('happens once, gives 72 hours to think, and is written down', async () => {
    const team = await createTeam({ name: 'Platform' })
    const attempts = [1, 2].map(() => closeTeam(team, { confirmName: 'Platform' }))
    expect(await outcomesOf(attempts)).toEqual({ ok: 1, 'tenant-closing': 1 })
    const { closingAt, deleteAfter } = await getTeam(team)
    expect(Date.parse(deleteAfter ?? '') - Date.parse(closingAt ?? '')).toBe(72 * 3_600_000)
    expect(await auditOf(team)).toMatchObject([{ action: 'team.closing' }])
  })

  it('shuts out everybody but owners with the next request, and taking it back lets them in again', async () => {
    const owner = await newPerson()
    const ownerSid = await newSession(owner)
    const team = (await selfOf(ownerSid)).tenant
    if (!team) throw new Error('no team')
    const viewer = await newPerson()
    const viewerSid = await newSession(viewer)
    await withSystem((db) =>
      db.membership.create({ data: { tenantId: team.tenantId, userId: viewer.userId, role: 'viewer' } }),
    )
    const asked = { 'kstone-team': team.tenantId }
    const { secret } = await createApiKey(team, { name: 'ci', scopes: ['team:read'], expiresInDays: 1 })
    const seen = async () => [
      (await selfOf(ownerSid, asked)).tenant?.tenantId === team.tenantId,
      (await selfOf(viewerSid, asked)).tenant?.tenantId === team.tenantId,
      await isOpenedBy(secret),
    ]
    expect(await seen()).toEqual([true, true, true])
    await closeTeam(team, { confirmName: (await getTeam(team)).name })
    expect(await seen()).toEqual([true, false, false])
    expect((await selfOf(ownerSid, asked)).tenant?.permissions).toEqual(
      new Set(['team:read', 'team:export', 'team:delete']),
    )
    await reopenTeam(team)
    expect(await seen()).toEqual([true, true, true])
  })

  it('can be taken back until the grace period ends and not after', async () => {
    const team = await createTeam({ name: 'Platform' })
    expect(await outcomesOf([reopenTeam(team)])).toEqual({ conflict: 1 })
    await closeTeam(team, { confirmName: 'Platform' })
    expect(await reopenTeam(team)).toMatchObject({ closingAt: null, deleteAfter: null })
    expect(await auditOf(team)).toMatchObject([{ action: 'team.reopened' }])
    await closeTeam(team, { confirmName: 'Platform' })
    await letGraceEnd(team)
    expect(await outcomesOf([reopenTeam(team)])).toEqual({ 'tenant-closing': 1 })
  })
})

async function isOpenedBy(secret: string): Promise<boolean> {
  const { identify } = await import('#lib/tenancy/identify.ts')
  const headers = new Headers({ authorization: `Bearer ${secret}` })
  return (await outcomesOf([identify(headers, requestFrom('198.51.100.1'))])).ok === 1
}

describe('erasing a closed team', () => {
  it('leaves its id in no table of the database, and every other team as it was', async () => {
    const [team, other] = [await fullTeam('Gone'), await fullTeam('Stays')]
    for (const table of tenantTables) {
      expect(await findEverywhere(place.database.adminUrl, team.tenantId), 'the set-up reaches every table').toContain(
        table,
      )
    }
    const before = await findEverywhere(place.database.adminUrl, other.tenantId)
    const auditBefore = await auditLengthOf(other)
    await closeTeam(team, { confirmName: 'Gone' })
    await purgeClosedTeams(never)
    expect(await findEverywhere(place.database.adminUrl, team.tenantId)).toContain('tenant')
    await letGraceEnd(team)
    expect(await purgeClosedTeams(never)).toBe(1)
    expect(await findEverywhere(place.database.adminUrl, team.tenantId)).toEqual([])
    expect(await findEverywhere(place.database.adminUrl, other.tenantId)).toEqual(before)
    expect(await auditLengthOf(other)).toBe(auditBefore)
  })

  it('keeps the accounts of its people, whose sessions go on without it', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    const team = (await selfOf(sid)).tenant
    if (!team) throw new Error('no team')
    await closeTeam(team, { confirmName: (await getTeam(team)).name })
    await letGraceEnd(team)
    await purgeClosedTeams(never)
    const self = await selfOf(sid)
    expect([self.user.email, self.tenant]).toEqual([person.email, undefined])
    expect(await headersOf(sid)).toBeDefined()
  })

  it('is refused by the database itself before the grace period is over', async () => {
    const team = await createTeam({ name: 'Platform' })
    await closeTeam(team, { confirmName: 'Platform' })
    const deleted = await withSystem((db) => db.$executeRaw`DELETE FROM "tenant" WHERE id = ${team.tenantId}::uuid`)
    expect(deleted).toBe(0)
  })

  it('goes on after it broke off, works in batches, and by several workers at once erases once', async () => {
    const team = await createTeam({ name: 'Big' })
    const { tenantId } = team
    await asSuperuser(
      place.database,
      `INSERT INTO event ("tenantId", seq, kind, payload) SELECT $1, n, 'x', '{}' FROM generate_series(1000, 6200) AS n`,
      [tenantId],
    )
    await closeTeam(team, { confirmName: 'Big' })
    await letGraceEnd(team)
    const broken = new AbortController()
    broken.abort(new Error('the worker stops'))
    await expect(purgeClosedTeams(broken.signal)).rejects.toThrow('the worker stops')
    const erased = await Promise.all([purgeClosedTeams(never), purgeClosedTeams(never)])
    expect(erased.toSorted()).toEqual([0, 1])
    expect(await findEverywhere(place.database.adminUrl, tenantId)).toEqual([])
  })
})

interface ExportLine {
  table?: string
  row?: Record<string, unknown>
  end?: true
  rows?: number
}

async function exported(team: TenantContext): Promise<{ text: string; lines: ExportLine[]; fileName: string }> {
  const { body, fileName } = await exportTeam(team)
  const text = await new Response(body).text()
  return {
    text,
    fileName,
    lines: text
      .trimEnd()
      .split('\n')
      .map((line): ExportLine => JSON.parse(line)),
  }
}

describe('the export of a team', () => {
  it('holds every row of the team and none of another, and ends with how many there are', async () => {
    const team = await fullTeam('Export')
    await fullTeam('Other')
    const { lines, fileName } = await exported(team)
    expect(fileName).toMatch(/^Export-\d{4}-\d\d-\d\d\.ndjson$/)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT (${exportedTables.map((table) => `(SELECT count(*) FROM ${table} WHERE "tenantId" = $1)`).join(' + ')})::int AS count`,
      [team.tenantId],
    )
    const people = 2
    expect(lines.at(-1)).toEqual({ end: true, rows: rows[0].count + people + 1 })
    expect(lines).toHaveLength(rows[0].count + people + 2)
    expect(new Set(lines.map(({ table }) => table))).toEqual(new Set([...exportedTables, 'tenant', 'user', undefined]))
    const ids = lines.flatMap(({ table, row }) => (table === 'user' || !row ? [] : [row.tenantId ?? row.id]))
    expect(new Set(ids)).toEqual(new Set([team.tenantId]))
  })

  it('holds no secret and nothing to guess one from', async () => {
    const team = await fullTeam('Secrets')
    const { text } = await exported(team)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT unnest(ARRAY["keyHash"]) AS secret FROM api_key WHERE "tenantId" = $1 UNION ALL
       SELECT "tokenHash" FROM invitation WHERE "tenantId" = $1 UNION ALL
       SELECT wrapped FROM tenant_key WHERE "tenantId" = $1 UNION ALL
       SELECT "responseSealed" FROM idempotency_key WHERE "tenantId" = $1`,
      [team.tenantId],
    )
    const secrets = [...team.secrets, ...rows.map(({ secret }: { secret: string }) => secret)]
    expect(secrets.length).toBeGreaterThan(6)
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  })

  it('keeps 64-bit numbers as decimal strings, and text as it was written', async () => {
    const team = await createTeam({ name: 'Sonderzeichen "\\ 中文' })
    const { lines } = await exported(team)
    const event = lines.find(({ table }) => table === 'audit_event')
    expect(event?.row).toMatchObject({ seq: '1', targetLabel: 'Sonderzeichen "\\ 中文' })
  })

  it('pages through more rows than a page holds without losing one', async () => {
    const team = await createTeam()
    const { tenantId } = team
    await withTenant(tenantId, (db) =>
      db.cluster.createMany({
        data: Array.from({ length: 1_203 }, (_, index) => ({
          tenantId,
          id: newId(),
          name: `c${index}`,
          provider: 'imported',
        })),
      }),
    )
    const names = (await exported(team)).lines.flatMap(({ table, row }) => (table === 'cluster' ? [row?.name] : []))
    expect(new Set(names).size).toBe(1_203)
    expect(names).toHaveLength(1_203)
  })

  it('is written down once', async () => {
    const team = await createTeam()
    const before = await auditLengthOf(team)
    await exported(team)
    expect(await auditLengthOf(team)).toBe(before + 1)
    expect(await auditOf(team)).toMatchObject([{ action: 'team.exported', targetId: team.tenantId }])
  })

  it('covers every tenant table but those with a reason, and asks about every column that sounds secret', async () => {
    expect([...exportedTables, ...Object.keys(notExported)].toSorted()).toEqual([...tenantTables].toSorted())
    const { rows } = await asSuperuser(
      place.database,
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema = 'public'
          AND column_name ~* 'hash|sealed|wrapped|secret|token|password|private'`,
    )
    const suspicious = rows
      .filter(({ table }: { table: string }) => exportedTables.some((name) => name === table))
      .map(({ table, column }: { table: string; column: string }) => `${table}.${column}`)
    const leftOut = Object.entries(secretColumns).flatMap(([table, columns]) =>
      columns.map((column) => `${table}.${column}`),
    )
    // Hashes of a chain prove it and open nothing.
    const chain = ['audit_event.hash', 'audit_event.prevHash', 'audit_head.hash', 'audit_head.prunedHash']
    const harmless = ['backup_plan.hashTookMs', 'backup_plan.hashedAt', 'storage_target.secretVersion']
    expect(suspicious.toSorted()).toEqual([...leftOut, ...chain, ...harmless].toSorted())
  })

  it('stops reading when whoever asked for it goes away', async () => {
    const team = await createTeam()
    const { body } = await exportTeam(team)
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    expect(await reader.read()).toEqual({ done: true, value: undefined })
    await mutate(team, async () => ({ result: 0, action: 'x', target: { kind: 'x', id: 'x', label: 'x' } }))
  })
})
