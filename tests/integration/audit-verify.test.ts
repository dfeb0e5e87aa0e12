import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { verifyAuditChain } from '#lib/services/audit/verify-audit-chain.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext

const length = 12

beforeAll(async () => {
  place = await openWorkplace()
})

beforeEach(async () => {
  team = await createTeam()
  for (let n = 2; n <= length; n += 1) await rename(n)
})

/** Text from all of Unicode: what is hashed must be what Postgres gives back. */
function rename(n: number) {
  const label = `n${n} ü漢😀 \ud800 \0 "\\`
  return mutate(team, async () => ({
    result: undefined,
    action: 'team.updated',
    target: { kind: 'team', id: team.tenantId, label },
    diff: { name: [label, { b: 1e21, a: [0.1, -0, null, true], '10': 'x', '2': 'y' }] },
  }))
}

const attack = (sql: string) => asSuperuser(place.database, sql.replaceAll('$T', `'${team.tenantId}'`))
const verdictOf = async (anchors?: { seq: bigint; hash: string }[]) => {
  const { verdict, seq } = await verifyAuditChain(team.tenantId, anchors)
  return `${verdict} ${seq}`
}

describe('the audit chain in Postgres, attacked by a superuser', () => {
  it('is intact when nobody touched it, whatever was written', async () => {
    expect(await verifyAuditChain(team.tenantId)).toMatchObject({
      verdict: 'intact',
      rowCount: length,
      seq: BigInt(length),
    })
  })

  const set = 'UPDATE audit_event SET'
  const row5 = 'WHERE "tenantId" = $T AND "seq" = 5'
  const swap = (a: number, b: number) =>
    `${set} "seq" = -1 WHERE "tenantId" = $T AND "seq" = ${a}; ${set} "seq" = ${a} WHERE "tenantId" = $T AND "seq" = ${b};
     ${set} "seq" = ${b} WHERE "tenantId" = $T AND "seq" = -1`
  const cut = (table: string, n: number) => `DELETE FROM ${table} WHERE "tenantId" = $T AND "seq" > ${n}`

  it.each([
    ['another actor', `${set} "actorId" = 'eve' ${row5}`, 'altered 5'],
    ['another name of the actor', `${set} "actorLabel" = 'eve' ${row5}`, 'altered 5'],
    ['another kind of actor', `${set} "actorKind" = 'system' ${row5}`, 'altered 5'],
    ['another action', `${set} "action" = 'team.read' ${row5}`, 'altered 5'],
    ['another way in', `${set} "via" = 'api' ${row5}`, 'altered 5'],
    ['another target', `${set} "targetLabel" = 'x' ${row5}`, 'altered 5'],
    ['another time', `${set} "at" = "at" - interval '1 ms' ${row5}`, 'altered 5'],
    ['a time that is none', `${set} "at" = 'infinity' ${row5}`, 'altered 5'],
    ['a diff that is none', `${set} "diff" = 'null' ${row5}`, 'altered 5'],
    ['another diff', `${set} "diff" = '{}' ${row5}`, 'altered 5'],
    ['another request', `${set} "requestId" = 'x' ${row5}`, 'altered 5'],
    ['another hash', `${set} "hash" = '00' ${row5}`, 'altered 5'],
    ['the first row edited', `${set} "diff" = '{"a": 1}' WHERE "tenantId" = $T AND "seq" = 1`, 'altered 1'],
    ['the last row edited', `${set} "diff" = '{}' WHERE "tenantId" = $T AND "seq" = ${length}`, `altered ${length}`],
    ['a row deleted', `DELETE FROM audit_event ${row5}`, 'missing 5'],
    ['the first row deleted', 'DELETE FROM audit_event WHERE "tenantId" = $T AND "seq" = 1', 'missing 1'],
    ['two rows swapped', swap(4, 9), 'reordered 4'],
    ['neighbours swapped', swap(4, 5), 'reordered 4'],
    [
      'the gap closed after a deletion',
      `DELETE FROM audit_event ${row5}; ${set} "seq" = -"seq" WHERE "tenantId" = $T AND "seq" > 5;
      ${set} "seq" = -"seq" - 1 WHERE "tenantId" = $T AND "seq" < 0`,
      'reordered 5',
    ],
    ['the tail cut', cut('audit_event', 9), 'tail-cut 10'],
    [
      'the tail cut and the head moved back',
      `${cut('audit_event', 9)}; UPDATE audit_head SET "seq" = 9 WHERE "tenantId" = $T`,
      'tail-cut 10',
    ],
    [
      'all rows deleted and the head set to nothing',
      `DELETE FROM audit_event WHERE "tenantId" = $T; UPDATE audit_head SET "seq" = 0 WHERE "tenantId" = $T`,
      'tail-cut 1',
    ],
    ['the head deleted', 'DELETE FROM audit_head WHERE "tenantId" = $T', 'head-missing 1'],
    [
      'the oldest rows cut and called pruned',
      `DELETE FROM audit_event WHERE "tenantId" = $T AND "seq" < 4;
      UPDATE audit_head h SET "prunedSeq" = 3, "prunedHash" = (SELECT "prevHash" FROM audit_event e WHERE e."tenantId" = $T AND e."seq" = 4)
       WHERE "tenantId" = $T`,
      'pruned-mismatch 4',
    ],
    [
      'a row put behind the end',
      `INSERT INTO audit_event SELECT "tenantId", 50, "at", "actorKind", "actorId", "actorLabel", "via", "action",
      "targetKind", "targetId", "targetLabel", "diff", "requestId", "prevHash", "hash" FROM audit_event ${row5}`,
      'forged 50',
    ],
    [
      'a row put before the beginning',
      `INSERT INTO audit_event SELECT "tenantId", 0, "at", "actorKind", "actorId", "actorLabel", "via", "action",
      "targetKind", "targetId", "targetLabel", "diff", "requestId", "prevHash", "hash" FROM audit_event ${row5}`,
      'forged 0',
    ],
  ])('shows %s', async (_what, sql, verdict) => {
    await attack(sql)
    expect(await verdictOf()).toBe(verdict)
  })

  it('shows a chain put back to an older state by an anchor that was written down', async () => {
    const before = await verifyAuditChain(team.tenantId)
    if (before.verdict !== 'intact') throw new Error('not intact')
    const head = await asSuperuser(place.database, 'SELECT "hash" FROM audit_head WHERE "tenantId" = $1', [
      team.tenantId,
    ])
    for (const n of [13, 14]) await rename(n)
    const after = await verifyAuditChain(team.tenantId)
    if (after.verdict !== 'intact') throw new Error('not intact')
    await attack(
      `${cut('audit_event', 12)}; UPDATE audit_head SET "seq" = 12, "hash" = '${head.rows[0].hash}' WHERE "tenantId" = $T`,
    )
    expect(await verdictOf([before])).toBe('intact 12')
    expect(await verdictOf([after])).toBe('tail-cut 13')
    for (const n of [23, 24]) await rename(n)
    expect(await verdictOf()).toBe('intact 14')
    expect(await verdictOf([after])).toBe('chain-rewritten 14')
  })

  it('keeps the app login from changing or deleting what was written', async () => {
    const { withTenant } = await import('#lib/db/tenant.ts')
    for (const sql of [
      'UPDATE audit_event SET "action" = \'x\'',
      'DELETE FROM audit_event',
      'DELETE FROM audit_head',
    ]) {
      await expect(withTenant(team.tenantId, (db) => db.$executeRawUnsafe(sql))).rejects.toThrow(/permission denied/)
    }
  })
})
