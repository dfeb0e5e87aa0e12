import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriesQuery, seriesView } from '#lib/contracts/watch.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { getSeries } from '#lib/services/samples/get-series.ts'
import { ensurePartitions, keepPartitions } from '#lib/services/samples/keep-partitions.ts'
import { removeSamples } from '#lib/services/samples/remove-samples.ts'
import { rollUpSamples } from '#lib/services/samples/roll-up-samples.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { dayMs, hourMs, minuteMs, secondMs } from '#lib/time.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { findHoles } from '#tests/support/walls.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

const going = AbortSignal.timeout(600_000)
let place: Workplace
let team: TenantContext

beforeAll(async () => {
  place = await openWorkplace()
  team = await createTeam()
})
afterAll(closePools)

const members = ['1', '2', '255']

/** A cluster of two known members; the third one is gone. */
async function addCluster(): Promise<string> {
  const { tenantId } = team
  const clusterId = newId()
  await withTenant(tenantId, async (db) => {
    await db.cluster.create({ data: { tenantId, id: clusterId, name: clusterId, provider: 'imported' } })
    await db.collectionState.create({ data: { tenantId, clusterId, shard: 0 } })
    await db.clusterMember.createMany({
      data: [
        { tenantId, clusterId, memberId: '1', name: 'etcd-10' },
        { tenantId, clusterId, memberId: '2', name: 'etcd-9' },
      ],
    })
  })
  return clusterId
}

interface Stretch {
  clusterId: string
  fromMs: number
  toMs: number
  everyMs?: number
}

/** Samples of all members from one time up to another; the revision counts milliseconds, so that its rate is 1,000 a second. */
async function addSamples({ clusterId, fromMs, toMs, everyMs = minuteMs }: Stretch): Promise<void> {
  await asSuperuser(
    place.database,
    `INSERT INTO sample_raw
     SELECT $1, $2, m, at, 1, 1000 + n, 500 + n, (extract(epoch FROM at) * 1000)::bigint, n % 7, n % 10, n % 10
       FROM unnest($3::text[]) AS m,
            generate_series(0, $6) AS n, LATERAL (SELECT $4::timestamptz + n * $5 * interval '1 ms' AS at) AS t`,
    [team.tenantId, clusterId, members, new Date(fromMs), everyMs, Math.ceil((toMs - fromMs) / everyMs) - 1],
  )
}

async function rollUpAll(): Promise<void> {
  while ((await rollUpSamples(going)) > 0) going.throwIfAborted()
}

/** Puts both marks back, as after a standstill. */
async function rewind(atMs: number): Promise<void> {
  await asSuperuser(place.database, 'UPDATE sample_rollup SET "doneUntil" = $1', [new Date(atMs)])
}

const hourOf = (ms: number) => Math.floor(ms / hourMs) * hourMs
/** The end of the last hour of which even the late rows are in. */
const closedHour = () => hourOf(Date.now() - 10 * minuteMs)

async function rowsOf(table: string, clusterId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await asSuperuser(
    place.database,
    `SELECT * FROM ${table} WHERE "clusterId" = $1 ORDER BY "at", "memberId"`,
    [clusterId],
  )
  return rows
}

/** How many members were seen in each bucket. */
const countOf = (rows: Record<string, unknown>[]) => rows.length / members.length

describe('samples', () => {
  it('are summed up to 5 minutes and hours: the largest of each, the mean latency', async () => {
    const clusterId = await addCluster()
    const start = closedHour() - 3 * hourMs
    await addSamples({ clusterId, fromMs: start, toMs: start + 3 * hourMs })
    await rewind(start)
    await rollUpAll()
    const [minutes, hours] = [await rowsOf('sample_5m', clusterId), await rowsOf('sample_1h', clusterId)]
    expect(minutes[0]).toMatchObject({
      memberId: '1',
      at: new Date(start),
      seenAt: new Date(start + 4 * minuteMs),
      samples: 5,
      dbSizeBytes: '1004',
      dbInUseBytes: '504',
      revision: String(start + 4 * minuteMs),
      raftLag: '4',
      latencyMs: 2,
      latencyMaxMs: 4,
    })
    expect(countOf(hours)).toBe(3)
    expect(hours[0]).toMatchObject({
      seenAt: new Date(start + 59 * minuteMs),
      samples: 60,
      dbSizeBytes: '1059',
      raftLag: '6',
      latencyMs: 4.5,
      latencyMaxMs: 9,
    })
  })

  it('are summed up no sooner than 2 minutes after the end of their bucket', async () => {
    const clusterId = await addCluster()
    const start = hourOf(Date.now()) - hourMs
    await addSamples({ clusterId, fromMs: start, toMs: Date.now() })
    await rewind(start)
    await rollUpAll()
    const { rows } = await asSuperuser(
      place.database,
      `SELECT "doneUntil" = date_bin('5 minutes', now() - interval '2 minutes', 'epoch') AS "isRight"
         FROM sample_rollup WHERE "target" = 'sample_5m'`,
    )
    expect(rows).toEqual([{ isRight: true }])
    const newest = (await rowsOf('sample_5m', clusterId)).at(-1)
    expect(Date.now() - Number(newest?.at)).toBeGreaterThanOrEqual(7 * minuteMs)
  })

  it('are summed up to the same when that is done again, as after a crash before the mark was moved', async () => {
    const clusterId = await addCluster()
    const start = closedHour() - 2 * hourMs
    await addSamples({ clusterId, fromMs: start, toMs: start + 2 * hourMs })
    await rewind(start)
    await rollUpAll()
    const before = [await rowsOf('sample_5m', clusterId), await rowsOf('sample_1h', clusterId)]
    await rewind(start)
    await rollUpAll()
    expect([await rowsOf('sample_5m', clusterId), await rowsOf('sample_1h', clusterId)]).toEqual(before)
  })

  it('are caught up with after a standstill of days, 15 minutes a statement, and none is dropped meanwhile', async () => {
    const clusterId = await addCluster()
    const start = hourOf(Date.now()) - 4 * dayMs
    await addPartitions('sample_raw', start)
    await addPartitions('sample_5m', start)
    await addSamples({ clusterId, fromMs: start, toMs: start + 2 * hourMs })
    await rewind(start)
    await keepPartitions(going)
    expect(countOf(await rowsOf('sample_raw', clusterId))).toBe(120)
    expect(await rollUpSamples(going)).toBe(1)
    expect(countOf(await rowsOf('sample_5m', clusterId))).toBe(3)
    await rollUpAll()
    expect(countOf(await rowsOf('sample_5m', clusterId))).toBe(24)
    expect(countOf(await rowsOf('sample_1h', clusterId))).toBe(2)
    await keepPartitions(going)
    expect(countOf(await rowsOf('sample_raw', clusterId))).toBe(0)
    expect(countOf(await rowsOf('sample_5m', clusterId))).toBe(24)
  })

  it('are summed up once by two workers at once; what one of them holds the other leaves alone', async () => {
    const clusterId = await addCluster()
    const start = closedHour() - 6 * hourMs
    await addSamples({ clusterId, fromMs: start, toMs: start + 6 * hourMs })
    await rewind(start)
    await Promise.all([rollUpAll(), rollUpAll(), rollUpAll()])
    expect(countOf(await rowsOf('sample_1h', clusterId))).toBe(6)
    expect((await rowsOf('sample_1h', clusterId)).every(({ samples }) => samples === 60)).toBe(true)

    await rewind(start)
    await withPostgres(place.database.adminUrl, async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT 1 FROM sample_rollup FOR UPDATE')
      expect(await rollUpSamples(going)).toBe(0)
      await client.query('ROLLBACK')
    })
    await rollUpAll()
  })
})

it('samples of every length go with their cluster', async () => {
  const clusterId = await addCluster()
  const start = closedHour() - hourMs
  await addSamples({ clusterId, fromMs: start, toMs: start + hourMs })
  await rewind(start)
  await rollUpAll()
  expect(await rowsOf('sample_1h', clusterId)).toHaveLength(members.length)
  const { tenantId } = team
  const other = await addCluster()
  await addSamples({ clusterId: other, fromMs: Date.now(), toMs: Date.now() + 1 })
  await withTenant(tenantId, (db) => removeSamples(db, { tenantId, clusterId }))
  for (const table of ['sample_raw', 'sample_5m', 'sample_1h']) expect(await rowsOf(table, clusterId)).toEqual([])
  expect(await rowsOf('sample_raw', other)).not.toEqual([])
})

async function partitionsOf(table: string): Promise<string[]> {
  const { rows } = await asSuperuser(
    place.database,
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [table],
  )
  return rows.map(({ name }) => name)
}

const nameOf = (table: string, atMs: number) =>
  `${table}_${new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '')}`
const dayOf = (ms: number) => Math.floor(ms / dayMs) * dayMs

/** Days of a table from one time up to today, as an installation that has run for so long has them. */
async function addPartitions(table: string, fromMs: number): Promise<void> {
  const there = await partitionsOf(table)
  for (let day = dayOf(fromMs); day < Date.now(); day += dayMs) {
    const name = nameOf(table, day)
    if (there.includes(name)) continue
    const bounds = [day, day + dayMs].map((ms) => `'${new Date(ms).toISOString()}'`)
    await withPostgres(place.database.urls.owner, (client) =>
      client.query(`CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES FROM (${bounds[0]}) TO (${bounds[1]})`),
    )
  }
}

/** The lock is given up after 2 s, and its holder in the test never lets go by itself. */
const waitMaxMs = 5 * secondMs

/** The code something fails with. */
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  )

describe('the partitions of samples', () => {
  it('are there for yesterday and a week to come, months for a quarter, and belong to the owner alone', async () => {
    expect(await partitionsOf('sample_raw')).toEqual(expect.arrayContaining([nameOf('sample_raw', Date.now() - dayMs)]))
    expect(await partitionsOf('sample_5m')).toEqual(
      expect.arrayContaining([nameOf('sample_5m', Date.now() + 7 * dayMs)]),
    )
    expect((await partitionsOf('sample_1h')).length).toBeGreaterThanOrEqual(4)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT DISTINCT pg_get_userbyid(relowner) AS owner, relacl IS NULL AS "isClosed" FROM pg_class
        WHERE relispartition AND relkind = 'r'`,
    )
    expect(rows).toEqual([{ owner: 'kstone_owner', isClosed: true }])
    expect(await findHoles(place.database.adminUrl)).toEqual([])
  })

  it('go when their time is over and they are summed up, and not a day before', async () => {
    const days = { over: dayOf(Date.now() - 3 * dayMs), young: dayOf(Date.now() - 2 * dayMs) }
    await addPartitions('sample_raw', days.over)
    await rewind(Date.now())
    await keepPartitions(going)
    expect(await partitionsOf('sample_raw')).not.toContain(nameOf('sample_raw', days.over))
    expect(await partitionsOf('sample_raw')).toContain(nameOf('sample_raw', days.young))
    expect(await keepPartitions(going)).toBe(0)
  })

  it('that are missing for today are made before a collection is saved', async () => {
    const today = nameOf('sample_raw', Date.now())
    await withPostgres(place.database.urls.owner, (client) => client.query(`DROP TABLE ${today}`))
    await ensurePartitions(going)
    expect(await partitionsOf('sample_raw')).toContain(today)
    const clusterId = await addCluster()
    await addSamples({ clusterId, fromMs: Date.now(), toMs: Date.now() + 1 })
    expect(await rowsOf('sample_raw', clusterId)).toHaveLength(members.length)
  })

  it('are neither made nor dropped by web or worker themselves', async () => {
    for (const url of [place.database.urls.app, place.database.urls.system]) {
      await withPostgres(url, async (client) => {
        await expect(client.query(`DROP TABLE ${nameOf('sample_raw', Date.now())}`)).rejects.toThrow('must be owner')
        await expect(
          client.query(`CREATE TABLE mine PARTITION OF sample_raw FOR VALUES FROM ('2999-01-01') TO ('2999-01-02')`),
        ).rejects.toThrow(/permission denied|must be owner/)
      })
    }
    await withPostgres(place.database.urls.app, (client) =>
      expect(client.query('SELECT keep_sample_partitions()')).rejects.toThrow('permission denied for function'),
    )
  })

  it('are made while somebody reads and writes samples for a long time', async () => {
    const clusterId = await addCluster()
    const last = nameOf('sample_raw', Date.now() + 7 * dayMs)
    await withPostgres(place.database.urls.owner, (client) => client.query(`DROP TABLE ${last}`))
    await withPostgres(place.database.adminUrl, async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT count(*) FROM sample_raw')
      await client.query(`INSERT INTO sample_raw VALUES ($1, $2, '1', now(), 1, 1, 1, 1, 1, 1, 1)`, [
        team.tenantId,
        clusterId,
      ])
      expect(await keepPartitions(going)).toBe(1)
      await client.query('ROLLBACK')
    })
    expect(await partitionsOf('sample_raw')).toContain(last)
  })

  it('whose lock is not to be had are left for another time, and collections do not wait for that', async () => {
    const clusterId = await addCluster()
    const [over, last] = [nameOf('sample_raw', Date.now() - 4 * dayMs), nameOf('sample_raw', Date.now() + 7 * dayMs)]
    await addPartitions('sample_raw', Date.now() - 4 * dayMs)
    await rewind(Date.now())
    const save = async () => {
      const start = performance.now()
      await addSamples({ clusterId, fromMs: Date.now(), toMs: Date.now() + 1 })
      return performance.now() - start
    }
    await withPostgres(place.database.adminUrl, async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT count(*) FROM sample_raw')
      const start = performance.now()
      expect(await partitionsOf('sample_raw')).toContain(over)
      const refused = refusalOf(keepPartitions(going))
      const waits = [await save(), await save()]
      expect(await refused).toBe('dependency-unavailable')
      expect(performance.now() - start).toBeLessThan(waitMaxMs)
      expect(Math.max(...waits)).toBeLessThan(waitMaxMs)
      await client.query('ROLLBACK')

      await client.query('BEGIN')
      await client.query('LOCK TABLE cluster IN ROW EXCLUSIVE MODE')
      await withPostgres(place.database.urls.owner, (owner) => owner.query(`DROP TABLE ${last}`))
      // Whoever changes clusters is not waited for, and does not wait.
      const made = refusalOf(keepPartitions(going))
      expect(await save()).toBeLessThan(waitMaxMs)
      expect(await made).toBe('done')
      await client.query('ROLLBACK')
    })
    expect(await partitionsOf('sample_raw')).toContain(last)
    expect(await partitionsOf('sample_raw')).not.toContain(over)
  })
})

describe('the series of a cluster', () => {
  const iso = (ms: number) => new Date(ms).toISOString()
  const ranges = [hourMs, 6 * hourMs, 24 * hourMs, 40 * hourMs, 7 * dayMs, 30 * dayMs, 365 * dayMs, 397 * dayMs]

  it('has at most 500 points of each line and no hole up to now, whatever the range', async () => {
    const clusterId = await addCluster()
    const start = hourOf(Date.now()) - 47 * hourMs
    await addPartitions('sample_raw', start)
    await addSamples({ clusterId, fromMs: start, toMs: Date.now() })
    await rewind(start)
    await rollUpAll()
    for (const range of ranges) {
      const nowMs = Date.now()
      const series = await getSeries(team, { clusterId, from: iso(nowMs - range), to: iso(nowMs) })
      const { at, members: lines, stepSeconds } = series
      expect(at.length).toBeLessThanOrEqual(500)
      expect(Date.parse(at.at(-1) ?? '')).toBeGreaterThan(nowMs - stepSeconds * secondMs - secondMs)
      expect(lines.map(({ name }) => name)).toEqual(['etcd-9', 'etcd-10', 'ff'])
      for (const { values } of lines) {
        expect(Object.values(values).map((line) => line.length)).toEqual(Object.keys(values).map(() => at.length))
        const first = values.dbSizeBytes.findIndex((value) => value !== null)
        // The newest look is up to a minute old.
        const known = values.dbSizeBytes.slice(first, -1)
        expect(
          known.filter((value) => value === null),
          `${range / hourMs} h`,
        ).toEqual([])
        const rates = values.revisionRate.slice(first + 1, -1)
        for (const rate of rates) expect(rate).toBeCloseTo(1_000, 0)
      }
    }
  })

  it('shows gaps as gaps, with no rate across them, and no rate below 0 after a restore', async () => {
    const clusterId = await addCluster()
    const start = Math.floor(Date.now() / minuteMs) * minuteMs - 50 * minuteMs
    await addSamples({ clusterId, fromMs: start, toMs: start + 10 * minuteMs })
    await addSamples({ clusterId, fromMs: start + 20 * minuteMs, toMs: start + 30 * minuteMs })
    await asSuperuser(
      place.database,
      `UPDATE sample_raw SET "revision" = "revision" - 1000000000 WHERE "clusterId" = $1 AND "at" >= $2`,
      [clusterId, new Date(start + 25 * minuteMs)],
    )
    const series = await getSeries(team, { clusterId, from: iso(start), to: iso(start + 30 * minuteMs) })
    const values = series.members[0]?.values
    expect(series.stepSeconds).toBe(60)
    expect(values?.dbSizeBytes.map((value) => (value === null ? '-' : 'x')).join('')).toBe(
      `${'x'.repeat(10)}${'-'.repeat(10)}${'x'.repeat(10)}`,
    )
    const rates = values?.revisionRate.map((rate) => (rate === null ? '-' : 'x')).join('')
    expect(rates).toBe(`-${'x'.repeat(9)}${'-'.repeat(10)}-xxxx-xxxx`)
  })

  it('takes what raw samples no longer hold from those that were summed up', async () => {
    const clusterId = await addCluster()
    const start = hourOf(Date.now()) - 4 * dayMs
    await addPartitions('sample_raw', start)
    await addPartitions('sample_5m', start)
    await addSamples({ clusterId, fromMs: start, toMs: start + 3 * hourMs })
    await rewind(start)
    await rollUpAll()
    await keepPartitions(going)
    const series = await getSeries(team, { clusterId, from: iso(start), to: iso(start + 3 * hourMs) })
    expect([series.stepSeconds, series.at.length]).toEqual([300, 36])
    expect(series.members[0]?.values.dbSizeBytes).not.toContain(null)
  })

  it('is empty for a time to come and for a cluster nobody has collected', async () => {
    const clusterId = await addCluster()
    expect(await getSeries(team, { clusterId })).toMatchObject({ stepSeconds: 60, members: [] })
    const nextWeek = { from: iso(Date.now() + 7 * dayMs), to: iso(Date.now() + 8 * dayMs) }
    expect(await getSeries(team, { clusterId, ...nextWeek })).toMatchObject({ at: [], members: [] })
    const everything = await getSeries(team, { clusterId, from: '0001-01-01T00:00:00Z' })
    expect(everything.at.length).toBeLessThanOrEqual(500)
  })

  it('of members whose ids change with every look has those listed now and the 32 that were seen last', async () => {
    const clusterId = await addCluster()
    const start = Date.now() - 30 * minuteMs
    await addSamples({ clusterId, fromMs: start, toMs: start + minuteMs })
    await asSuperuser(
      place.database,
      `INSERT INTO sample_raw SELECT $1, $2, (1000 + n)::text, $3::timestamptz + n * interval '1 s', 1, 1, 1, 1, 1, 1, 1
         FROM generate_series(1, 1000) AS n`,
      [team.tenantId, clusterId, new Date(start)],
    )
    const { members: lines } = await getSeries(team, { clusterId })
    const gone = Array.from({ length: 32 }, (_, n) => String(1000 + 1000 - n)).toSorted()
    expect(lines.slice(0, 2).map(({ name }) => name)).toEqual(['etcd-9', 'etcd-10'])
    expect(lines.slice(2).map(({ memberId }) => memberId)).toEqual(gone)
    for (const { values } of lines) expect(values.dbSizeBytes.some((value) => value !== null)).toBe(true)
  })

  it.each([
    { to: '0001-01-01T00:00:00Z' },
    { to: '0001-01-01T00:00:00+14:00' },
    { from: '0001-01-01T00:00:00Z', to: '0001-01-01T01:00:00Z' },
    { from: '1969-12-31T23:00:00Z', to: '1970-01-01T00:00:00Z' },
    { from: '9999-12-31T23:00:00-14:00', to: '9999-12-31T23:59:59-14:00' },
  ])('is empty for a time before or after all others: %o', async (range) => {
    const clusterId = await addCluster()
    const series = seriesView.parse(await getSeries(team, { clusterId, ...seriesQuery.parse(range) }))
    expect(series).toMatchObject({ at: [], members: [] })
  })

  it('of another team or of nothing is not found', async () => {
    const clusterId = await addCluster()
    const stranger = await createTeam()
    await expect(getSeries(stranger, { clusterId })).rejects.toMatchObject({ code: 'not-found' })
    await expect(getSeries(team, { clusterId: newId() })).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each([
    ['a range that ends before it begins', { from: iso(hourMs), to: iso(0) }, 'range-reversed'],
    ['a range of more than 13 months', { from: iso(0), to: iso(398 * dayMs) }, 'range-too-long'],
    ['a time that is none', { from: 'yesterday' }, 'instant-malformed'],
  ])('refuses %s', (_, query, code) => {
    expect(seriesQuery.safeParse(query).error?.issues.map(({ message }) => message)).toContain(code)
  })
})
