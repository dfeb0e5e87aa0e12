import { beforeAll, describe, expect, it } from 'vitest'
import type { AuditFilter } from '#lib/contracts/audit.ts'
import { exportAuditEvents } from '#lib/services/audit/export-audit-events.ts'
import { listAuditEvents } from '#lib/services/audit/list-audit-events.ts'
import { searchBack } from '#lib/services/audit/search-back.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { minuteMs, secondMs } from '#lib/time.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

const manyRows = 300_000
const fewRows = 20_000
const startedAt = Date.parse('2026-01-01T00:00:00Z')
const timeOf = (seq: number) => new Date(startedAt + seq * secondMs).toISOString()
/** Where the one event about the needle stands in the long chain. */
const needleSeq = 123

let place: Workplace
let long: TenantContext
let short: TenantContext

beforeAll(async () => {
  place = await openWorkplace()
  long = await chainOf(manyRows)
  short = await chainOf(fewRows)
  await asSuperuser(place.database, 'ANALYZE audit_event')
}, 120_000)

/** A team whose log has `count` events, one a second; nothing here looks at their hashes. */
async function chainOf(count: number): Promise<TenantContext> {
  const team = await createTeam()
  const values = [team.tenantId, count]
  await asSuperuser(
    place.database,
    `INSERT INTO audit_event ("tenantId", "seq", "at", "actorKind", "actorId", "actorLabel", "via", "action", "targetKind",
                              "targetId", "targetLabel", "diff", "requestId", "prevHash", "hash")
     SELECT $1, n, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second', 'user', 'u' || n % 50,
            'person-' || n % 50 || '@example.com', 'browser', 'member.role-changed', 'member', 't' || n,
            CASE n WHEN ${needleSeq} THEN 'needle' ELSE 'member-' || n || '@example.com' END,
            '{"role":["viewer","admin"]}', 'r' || n, repeat('0', 64), repeat('0', 64)
       FROM generate_series(2, $2::int) AS n`,
    values,
  )
  await asSuperuser(place.database, 'UPDATE audit_head SET "seq" = $2 WHERE "tenantId" = $1', values)
  return team
}

/** One step of a search: as much as is looked through when no time is left for more. */
const step = ({ tenantId }: TenantContext, filter: AuditFilter, before?: bigint) =>
  searchBack({ tenantId, filter, before, count: 51, budgetMs: 0 })

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 9; n += 1) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[4] ?? Number.NaN
}

describe('a search through a long audit log', () => {
  it.each([
    ['a name nobody has', { target: 'nobody-at-all' }],
    ['an actor nobody has', { actor: 'nobody-at-all' }],
    ['an action nobody did', { action: 'zebra' }],
    ['a name on days long ago', { target: 'nobody-at-all', to: timeOf(manyRows / 2) }],
  ])('for %s takes one step as long as it does in a chain fifteen times shorter', async (_what, filter) => {
    const shortMs = await medianMs(() => step(short, filter))
    const longMs = await medianMs(() => step(long, filter))
    expect(longMs / shortMs).toBeLessThan(4)
  })

  it('finds what is 300,000 rows back, once, however many requests it takes', async () => {
    const seqs: bigint[] = []
    let steps = 0
    let before: bigint | undefined
    do {
      const { rows, stoppedAt } = await step(long, { target: 'NEEDLE' }, before)
      seqs.push(...rows.map(({ seq }) => seq))
      before = stoppedAt && BigInt(stoppedAt.key)
      if (stoppedAt) expect(stoppedAt.at).toBe(timeOf(Number(stoppedAt.key)))
      steps += 1
    } while (before !== undefined)
    expect(seqs).toEqual([BigInt(needleSeq)])
    expect(steps).toBe(15)
  })

  it('says how far back it looked and goes on from there by its cursor', async () => {
    const found: string[] = []
    let cursor: string | null = null
    const startedMs = performance.now()
    do {
      const page = await listAuditEvents(long, { limit: 50, target: 'needle', ...(cursor ? { cursor } : {}) })
      found.push(...page.items.map(({ seq }) => seq))
      cursor = page.nextCursor
      expect(page.searchedBackTo === undefined).toBe(cursor === null)
    } while (cursor !== null)
    expect(found).toEqual([String(needleSeq)])
    expect(performance.now() - startedMs).toBeLessThan(30_000)
  })

  it('with plenty of hits gives full pages, whose end says nothing of a search', async () => {
    const page = await listAuditEvents(long, { limit: 50, actor: 'person-7@' })
    expect(page.items).toHaveLength(50)
    expect(page.nextCursor).not.toBeNull()
    expect(page.searchedBackTo).toBeUndefined()
  })

  it('looks only between the days it is asked for', async () => {
    const seqOf = async (filter: AuditFilter) => (await step(long, filter)).rows.map(({ seq }) => Number(seq))
    const from = timeOf(1_000)
    expect(await seqOf({ from, to: timeOf(1_003) })).toEqual([1_002, 1_001, 1_000])
    expect(await seqOf({ to: timeOf(4) })).toEqual([3, 2])
    expect(await seqOf({ to: timeOf(-10_000) })).toEqual([])
    expect((await step(long, { target: 'nobody-at-all', from, to: timeOf(15_000) })).stoppedAt).toBeUndefined()
  })

  it('sees events that a process with a slow or fast clock dated before or after their neighbours', async () => {
    const team = await chainOf(40)
    const shift = 'UPDATE audit_event SET "at" = "at" + $2::interval WHERE "tenantId" = $1 AND "seq" = ANY ($3)'
    await asSuperuser(place.database, shift, [team.tenantId, '-4 minutes', [20, 40]])
    await asSuperuser(place.database, shift, [team.tenantId, '4 minutes', [10, 30]])
    const { rows } = await asSuperuser(place.database, 'SELECT "seq", "at" FROM audit_event WHERE "tenantId" = $1', [
      team.tenantId,
    ])
    const edges = rows.map(({ at }) => new Date(at).toISOString())
    for (const from of edges.slice(0, 40)) {
      const to = new Date(Date.parse(from) + 2 * minuteMs).toISOString()
      const expected = rows.filter(({ at }) => new Date(at).toISOString() >= from && new Date(at).toISOString() < to)
      const { rows: found } = await step(team, { from, to })
      expect(found.map(({ seq }) => String(seq)).toSorted()).toEqual(expected.map(({ seq }) => String(seq)).toSorted())
    }
  })

  it('begins behind what retention has removed', async () => {
    const team = await chainOf(60_000)
    await asSuperuser(place.database, 'DELETE FROM audit_event WHERE "tenantId" = $1 AND "seq" <= 59000', [
      team.tenantId,
    ])
    await asSuperuser(place.database, 'UPDATE audit_head SET "prunedSeq" = 59000 WHERE "tenantId" = $1', [
      team.tenantId,
    ])
    expect((await step(team, { target: 'nobody-at-all' })).stoppedAt).toBeUndefined()
  })

  it('in an export reads to the end, whatever lies between', async () => {
    const { body } = await exportAuditEvents(short, { format: 'ndjson', target: 'needle' })
    expect((await new Response(body).text()).trimEnd().split('\n')).toHaveLength(1)
  })
})
