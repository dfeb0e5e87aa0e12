import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#lib/ids.ts'
import { verifyAuditChain } from '#lib/services/audit/verify-audit-chain.ts'
import { mutate } from '#lib/services/mutate.ts'
import { pruneAuditChains } from '#lib/services/retention/prune-audit-chains.ts'
import { pruneExpiredRows } from '#lib/services/retention/prune-expired-rows.ts'
import { auditKeepMs, retentionRules } from '#lib/services/retention/retention-rules.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { dayMs, minuteMs } from '#lib/time.ts'
import { seedAuditChain } from '#tests/support/audit-seed.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext

beforeAll(async () => {
  place = await openWorkplace()
  team = await createTeam()
  await asSuperuser(
    place.database,
    `INSERT INTO cluster ("tenantId", "id", "name", "provider") VALUES ($1, $2, 'east', 'imported')`,
    [team.tenantId, clusterId],
  )
  await asSuperuser(
    place.database,
    `INSERT INTO storage_target ("tenantId", "id", "name", "kind") VALUES ($1, $2, 'disk', 'directory')`,
    [team.tenantId, targetId],
  )
})

const clusterId = newId()
const targetId = newId()
const going = AbortSignal.timeout(600_000)

/** Columns of a whole row of each kind, but for its age. */
const rowOf: Record<string, (id: string, n: number) => Record<string, unknown>> = {
  session: (id) => ({
    id,
    sidHash: id,
    userId: team.actor.id,
    method: 'oidc',
    ip: 'x',
    userAgent: 'x',
    expiresAt: '2999-01-01',
  }),
  event: (_id, n) => ({ tenantId: team.tenantId, seq: n, kind: 'x', payload: '{}' }),
  idempotency_key: (id) => ({
    tenantId: team.tenantId,
    route: 'x',
    key: id,
    bodyHash: 'x',
    status: 200,
    responseSealed: 'x',
  }),
  password_reset: (id) => ({ id, email: 'x', requestedBy: 'x' }),
  login_throttle: (id) => ({ key: id, failures: 1 }),
  invitation: (id) => ({
    tenantId: team.tenantId,
    id,
    email: 'x',
    role: 'viewer',
    tokenHash: id,
    tokenSealed: 'x',
    invitedBy: 'x',
  }),
  job: (id) => ({ tenantId: team.tenantId, id, kind: 'x', payload: '{}' }),
  backup: (id) => ({
    ...{ tenantId: team.tenantId, id, clusterId, clusterName: 'east', targetId, reason: 'manual' },
    ...{ state: 'failed', endedAt: '2020-01-01' },
  }),
  finding: (id) => ({
    tenantId: team.tenantId,
    id,
    clusterId,
    inspection: 'quorum',
    key: id,
    subject: '{}',
    severity: 1,
    code: 'x',
    source: 'etcd',
    evidence: '{}',
    openedAt: '2020-01-01',
    seenAt: '2020-01-01',
    changedAt: '2020-01-01',
  }),
  cluster_import: (id) => ({ tenantId: team.tenantId, id, format: 'csv', rowsTotal: 0, createdBy: 'x' }),
}

/** What a rule asks of a row besides its age. */
const marksOf: Record<string, Record<string, unknown>> = {
  'jobs of schedules that went well': { scheduleId: newId(), state: 'done' },
  'findings that were resolved': { resolution: 'cleared' },
  'entries of backups that were deleted, with their drills': { deletingAt: '2020-01-01' },
}

let sequence = 1_000

async function addRow(table: string, aged: Record<string, unknown>): Promise<string> {
  const id = newId()
  sequence += 1
  const row = { ...rowOf[table]?.(id, sequence), ...aged }
  const names = Object.keys(row)
  await asSuperuser(
    place.database,
    `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  )
  return table === 'event' ? String(sequence) : id
}

const idColumn: Record<string, string> = { event: 'seq', idempotency_key: 'key', login_throttle: 'key' }

async function findRow(table: string, id: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await asSuperuser(
    place.database,
    `SELECT * FROM "${table}" WHERE "${idColumn[table] ?? 'id'}"::text = $1`,
    [id],
  )
  return rows[0]
}

const ago = (durationMs: number) => new Date(Date.now() - durationMs)

/** The columns whose age decides, by rule. */
const agedBy: [table: string, rows: string, columns: string[]][] = [
  ['session', 'sessions that have expired or were ended', ['expiresAt']],
  ['session', 'sessions that have expired or were ended', ['revokedAt']],
  ['event', 'live events', ['at']],
  ['idempotency_key', 'answers to repeated requests', ['createdAt']],
  ['password_reset', 'password resets that have expired', ['expiresAt']],
  ['login_throttle', 'counts of failed sign-ins and marks of known networks whose time has ended', ['windowEndsAt']],
  [
    'login_throttle',
    'counts of failed sign-ins and marks of known networks whose time has ended',
    ['windowEndsAt', 'blockedUntil'],
  ],
  ['invitation', 'invitations that have expired', ['expiresAt']],
  ['invitation', 'tokens kept to be mailed, of invitations that have expired', ['expiresAt']],
  ['job', 'jobs that have ended', ['finishedAt']],
  ['job', 'jobs of schedules that went well', ['finishedAt']],
  ['finding', 'findings that were resolved', ['resolvedAt']],
  ['backup', 'entries of backups that were deleted, with their drills', ['deletedAt']],
  ['cluster_import', 'lists of clusters that were imported or given up', ['finishedAt']],
  ['cluster_import', 'lists of clusters nobody has decided on, with the sealed passwords in them', ['createdAt']],
]

describe('retention', () => {
  it('is tested for each of its rules', () => {
    const tested = new Set(agedBy.map(([table, rows]) => `${table}: ${rows}`))
    expect([...tested].sort()).toEqual(retentionRules.map(({ table, rows }) => `${table}: ${rows}`).sort())
  })

  it.each(agedBy)('of %s removes %s when its time is over (%j), and none sooner', async (table, rows, columns) => {
    const rule = retentionRules.find((known) => known.table === table && known.rows === rows)
    if (!rule) throw new Error('no such rule')
    const aged = (at: Date) => ({ ...marksOf[rows], ...Object.fromEntries(columns.map((column) => [column, at])) })
    const old = await addRow(table, aged(ago(rule.keepMs + minuteMs)))
    const young = await addRow(table, aged(ago(rule.keepMs - minuteMs)))
    await pruneExpiredRows(going)
    if (rule.column === undefined) expect(await findRow(table, old)).toBeUndefined()
    else expect((await findRow(table, old))?.[rule.column]).toBeNull()
    expect(await findRow(table, young)).toBeDefined()
    if (rule.column !== undefined) expect((await findRow(table, young))?.[rule.column]).not.toBeNull()
  })

  it('keeps a throttle that still blocks, a session that is in use and a job that has not ended', async () => {
    const throttle = await addRow('login_throttle', {
      windowEndsAt: ago(dayMs),
      blockedUntil: new Date(Date.now() + dayMs),
    })
    const session = await addRow('session', { createdAt: ago(400 * dayMs) })
    const job = await addRow('job', { createdAt: ago(400 * dayMs) })
    await pruneExpiredRows(going)
    expect(await findRow('login_throttle', throttle)).toBeDefined()
    expect(await findRow('session', session)).toBeDefined()
    expect(await findRow('job', job)).toBeDefined()
  })

  it('removes more than one batch, while another worker does the same', async () => {
    await asSuperuser(
      place.database,
      `INSERT INTO event ("tenantId", "seq", "at", "kind", "payload")
       SELECT $1, n, now() - interval '25 h', 'x', '{}' FROM generate_series(10000, 13500) AS n`,
      [team.tenantId],
    )
    const counts = await Promise.all([pruneExpiredRows(going), pruneExpiredRows(going)])
    expect(counts.reduce((sum, count) => sum + count)).toBe(3_501)
  })

  it('leaves a row somebody works on for the next round', async () => {
    const { withPostgres } = await import('#scripts/servers/postgres-client.ts')
    const id = await addRow('job', { finishedAt: ago(31 * dayMs) })
    await withPostgres(place.database.adminUrl, async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT 1 FROM job WHERE "id" = $1 FOR UPDATE', [id])
      await pruneExpiredRows(going)
      await client.query('COMMIT')
    })
    expect(await findRow('job', id)).toBeDefined()
    await pruneExpiredRows(going)
    expect(await findRow('job', id)).toBeUndefined()
  })
})

describe('the retention of the audit log', () => {
  it.each(Object.entries(auditKeepMs))(
    'keeps the events of plan %s for %d ms, and the rest verifies',
    async (plan, keepMs) => {
      const owner = await createTeam({ plan: plan as keyof typeof auditKeepMs })
      const oldCount = 2_345
      await seedAuditChain(place.database, {
        team: owner,
        count: 2_500,
        at: (seq) => ago(seq <= oldCount ? keepMs + minuteMs : keepMs - minuteMs),
      })
      await pruneAuditChains(going)
      expect(await verifyAuditChain(owner.tenantId)).toMatchObject({
        verdict: 'intact',
        rowCount: 2_500 - oldCount,
        seq: 2_500n,
      })
      await mutate(owner, async () => ({ result: 0, action: 'x.y', target: { kind: 'x', id: 'x', label: 'x' } }))
      expect(await verifyAuditChain(owner.tenantId)).toMatchObject({ verdict: 'intact', seq: 2_501n })
    },
  )

  it('keeps the newest event however old it is, so that the chain goes on', async () => {
    const owner = await createTeam()
    await seedAuditChain(place.database, { team: owner, count: 10, at: () => ago(1_000 * dayMs) })
    await pruneAuditChains(going)
    expect(await verifyAuditChain(owner.tenantId)).toMatchObject({ verdict: 'intact', rowCount: 1, seq: 10n })
    await mutate(owner, async () => ({ result: 0, action: 'x.y', target: { kind: 'x', id: 'x', label: 'x' } }))
    await pruneAuditChains(going)
    expect(await verifyAuditChain(owner.tenantId)).toMatchObject({ verdict: 'intact', rowCount: 1, seq: 11n })
  })

  it('stops at the first event that is young enough, whatever comes after it', async () => {
    const owner = await createTeam()
    await seedAuditChain(place.database, { team: owner, count: 10, at: (seq) => ago(seq === 4 ? dayMs : 100 * dayMs) })
    await pruneAuditChains(going)
    expect(await verifyAuditChain(owner.tenantId)).toMatchObject({ verdict: 'intact', rowCount: 7 })
  })

  it('does not let a cut be passed off as pruning', async () => {
    const owner = await createTeam()
    await seedAuditChain(place.database, { team: owner, count: 10, at: (seq) => ago(seq <= 3 ? 100 * dayMs : dayMs) })
    await pruneAuditChains(going)
    await asSuperuser(
      place.database,
      `DELETE FROM audit_event WHERE "tenantId" = '${owner.tenantId}' AND "seq" <= 6;
       UPDATE audit_head SET "prunedSeq" = 6 WHERE "tenantId" = '${owner.tenantId}'`,
    )
    expect(await verifyAuditChain(owner.tenantId)).toMatchObject({ verdict: 'pruned-mismatch', seq: 7n })
  })

  it('does not disturb a verification that runs meanwhile', async () => {
    const owner = await createTeam()
    await seedAuditChain(place.database, {
      team: owner,
      count: 12_000,
      at: (seq) => ago(seq <= 9_000 ? 100 * dayMs : dayMs),
    })
    const [verdict] = await Promise.all([verifyAuditChain(owner.tenantId), pruneAuditChains(going)])
    expect(verdict).toMatchObject({ verdict: 'intact', seq: 12_000n })
  })
})
