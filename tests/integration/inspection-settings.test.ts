import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChangeClusterInspections } from '#lib/contracts/watch.ts'
import {
  changeClusterInspectionsBody,
  changeTeamInspectionsBody,
  clusterInspectionSettingsView,
  inspectionSettingsView,
} from '#lib/contracts/watch.ts'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { getCluster } from '#lib/services/clusters/get-cluster.ts'
import { keepCollection } from '#lib/services/collections/keep-collection.ts'
import { getFinding } from '#lib/services/findings/get-finding.ts'
import { changeClusterSettings } from '#lib/services/inspections/change-cluster-settings.ts'
import { changeTeamSettings } from '#lib/services/inspections/change-team-settings.ts'
import { getClusterSettings } from '#lib/services/inspections/get-cluster-settings.ts'
import { getTeamSettings } from '#lib/services/inspections/get-team-settings.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { addFinding, addWatchedCluster } from '#tests/support/watched-clusters.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext
let clusterId: string

beforeAll(async () => {
  place = await openWorkplace()
}, 300_000)
afterAll(() => closePools())

async function start(): Promise<void> {
  team = await createTeam()
  clusterId = await addWatchedCluster(team)
}

/** As the routes do it: parsed at the boundary first. */
const setTeam = async (settings: object) =>
  await changeTeamSettings(team, parseInput(changeTeamInspectionsBody, { settings }, 'body'))
const setCluster = async (body: object) =>
  await changeClusterSettings(team, { clusterId, ...parseInput(changeClusterInspectionsBody, body, 'body') })

const collectionKey = () => ({ tenantId_clusterId: { tenantId: team.tenantId, clusterId } })
const collection = () =>
  withTenant(team.tenantId, (db) => db.collectionState.findUniqueOrThrow({ where: collectionKey() }))

/** The next collection is an hour away. */
const putOff = () =>
  withTenant(team.tenantId, (db) =>
    db.collectionState.update({
      where: collectionKey(),
      data: { nextDueAt: new Date(Date.now() + 3_600_000) },
    }),
  )
const untilDueMs = async () => ((await collection()).nextDueAt?.getTime() ?? Number.NaN) - Date.now()

async function newestOf(table: 'audit_event' | 'event') {
  const { rows } = await asSuperuser(
    place.database,
    `SELECT * FROM ${table} WHERE "tenantId" = $1 ORDER BY "seq" DESC LIMIT 1`,
    [team.tenantId],
  )
  return rows[0]
}

describe('what holds', () => {
  it('are the defaults until somebody sets anything, with a form for every inspection', async () => {
    await start()
    const settings = clusterInspectionSettingsView.parse(await getClusterSettings(team, { clusterId }))
    expect(settings).toMatchObject({ own: {}, team: {}, everySeconds: 60 })
    expect(settings.features).toEqual({
      healthy: true,
      consistency: true,
      alarm: true,
      request: true,
      backupcheck: true,
    })
    expect(settings.effective['db-size']).toEqual({ infoPercent: 65, warningPercent: 75, criticalPercent: 85 })
    expect(settings.forms.map(({ inspection }) => inspection)).toEqual(Object.keys(settings.effective))
    const own = inspectionSettingsView.parse(await getTeamSettings(team))
    expect(own).toMatchObject({ own: {}, effective: settings.effective, forms: settings.forms })
  })

  it("is the cluster's over the team's over the defaults, and only what was given is kept", async () => {
    await start()
    await setTeam({ 'db-size': { warningPercent: 70 }, certificates: { warningDays: 60 } })
    const changed = await setCluster({ settings: { 'db-size': { criticalPercent: 80 } } })
    expect(changed).toMatchObject({
      own: { 'db-size': { criticalPercent: 80 } },
      team: { 'db-size': { warningPercent: 70 }, certificates: { warningDays: 60 } },
    })
    expect(changed.effective['db-size']).toEqual({ infoPercent: 65, warningPercent: 70, criticalPercent: 80 })
    expect(changed.effective.certificates).toEqual({ warningDays: 60, criticalDays: 7 })
    expect(await getClusterSettings(team, { clusterId })).toEqual(changed)
    expect((await getTeamSettings(team)).own).toEqual({
      'db-size': { warningPercent: 70 },
      certificates: { warningDays: 60 },
    })
  })

  it('is replaced inspection by inspection, and null takes it back', async () => {
    await start()
    await setTeam({ 'db-size': { warningPercent: 70 }, certificates: { warningDays: 60 } })
    expect((await setTeam({ 'db-size': { infoPercent: 50 } })).own).toEqual({
      'db-size': { infoPercent: 50 },
      certificates: { warningDays: 60 },
    })
    expect((await setTeam({ 'db-size': null, certificates: {} })).own).toEqual({})
  })

  it('of another team is not seen and not changed', async () => {
    await start()
    const other = await createTeam()
    const body: ChangeClusterInspections = { features: { alarm: false } }
    for (const attempt of [
      () => getClusterSettings(other, { clusterId }),
      () => changeClusterSettings(other, { clusterId, ...body }),
      () => getClusterSettings(team, { clusterId: newId() }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'not-found' })
    }
    expect((await getClusterSettings(team, { clusterId })).features.alarm).toBe(true)
  })
})

async function issuesOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((caught: unknown) => caught)
  if (!(error instanceof AppError)) throw new Error('nothing was refused')
  expect(error.code).toBe('invalid-input')
  return error.details.issues
}

describe('a change is refused at its field', () => {
  it.each([
    [{ 'db-size': { warnPercent: 1 } }, 'db-size.warnPercent', 'unknown-field'],
    [{ 'db-size': { warningPercent: '70' } }, 'db-size.warningPercent', 'wrong-type'],
    [{ 'db-size': { warningPercent: 70.5 } }, 'db-size.warningPercent', 'wrong-type'],
    [{ 'db-size': { warningPercent: null } }, 'db-size.warningPercent', 'wrong-type'],
    [{ 'db-size': { warningPercent: 0 } }, 'db-size.warningPercent', 'too-small'],
    [{ 'db-size': { criticalPercent: 101 } }, 'db-size.criticalPercent', 'too-large'],
    [{ 'db-size': { criticalPercent: 70 } }, 'db-size.criticalPercent', 'threshold-out-of-order'],
    [{ 'db-size': { warningPercent: 90 } }, 'db-size.criticalPercent', 'threshold-out-of-order'],
    [{ consistency: { often: 1 } }, 'consistency.often', 'unknown-field'],
    [{ former: { a: 1 } }, 'former', 'unknown-field'],
    [{ 'db-size': 7 }, 'db-size', 'wrong-type'],
    [{ 'db-size': { warningPercent: [70] } }, 'db-size.warningPercent', 'malformed'],
    [{ 'db-size': { warningPercent: { is: 70 } } }, 'db-size.warningPercent', 'malformed'],
  ])('%o: %s %s', async (settings, path, code) => {
    await start()
    const issues = expect.arrayContaining([expect.objectContaining({ path: `settings.${path}`, code })])
    expect(await issuesOf(setTeam(settings))).toEqual(issues)
    expect(await issuesOf(setCluster({ settings }))).toEqual(issues)
    expect((await getTeamSettings(team)).own).toEqual({})
    expect((await getClusterSettings(team, { clusterId })).own).toEqual({})
  })

  it('or as a whole where it is nested beyond all measure', async () => {
    await start()
    const settings = { 'db-size': { warningPercent: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) } }
    const issues = [{ path: '', code: 'malformed', params: {} }]
    expect(await issuesOf(setTeam(settings))).toEqual(issues)
    expect(await issuesOf(setCluster({ settings }))).toEqual(issues)
  })

  it('where it is in order by itself, but not with what the team has set', async () => {
    await start()
    await setTeam({ 'db-size': { warningPercent: 90, criticalPercent: 95 } })
    const wish = { settings: { 'db-size': { criticalPercent: 85 } } }
    expect(await issuesOf(setCluster(wish))).toEqual([
      { path: 'settings.db-size.criticalPercent', code: 'threshold-out-of-order', params: {} },
    ])
  })

  it.each([
    [9, 'interval-too-short'],
    [3601, 'interval-too-long'],
    ['60', 'wrong-type'],
  ])('looking every %s seconds: %s', async (everySeconds, code) => {
    await start()
    expect(await issuesOf(setCluster({ everySeconds }))).toMatchObject([{ path: 'everySeconds', code }])
  })

  it('but what the team sets later never stands in the way: what breaks the order counts no more', async () => {
    await start()
    await setCluster({ settings: { 'db-size': { criticalPercent: 80, infoPercent: 40 } } })
    await setTeam({ 'db-size': { warningPercent: 90, criticalPercent: 95 } })
    const { own, effective } = await getClusterSettings(team, { clusterId })
    expect(own['db-size']).toEqual({ criticalPercent: 80, infoPercent: 40 })
    expect(effective['db-size']).toEqual({ infoPercent: 40, warningPercent: 90, criticalPercent: 95 })
  })
})

describe('a changed threshold', () => {
  it('is judged at once, told to open pages, and written down as before and after', async () => {
    await start()
    await putOff()
    await setCluster({ settings: { 'db-size': { criticalPercent: 90 } } })
    expect(await untilDueMs()).toBeLessThan(1000)
    await setCluster({ settings: { 'db-size': { criticalPercent: 95, infoPercent: 1 } }, features: { alarm: false } })
    expect(await newestOf('audit_event')).toMatchObject({
      action: 'cluster.inspections-changed',
      targetId: clusterId,
      diff: {
        'settings.db-size.criticalPercent': [90, 95],
        'settings.db-size.infoPercent': [null, 1],
        'features.alarm': [true, false],
      },
    })
    expect(await newestOf('event')).toMatchObject({ kind: 'cluster.changed', payload: { clusterId } })
  })

  it('of the team is judged within a minute', async () => {
    await start()
    await putOff()
    await setTeam({ quorum: { downCriticalMinutes: 5 } })
    expect(await untilDueMs()).toBeLessThan(61_000)
    expect(await newestOf('audit_event')).toMatchObject({
      action: 'team.inspections-changed',
      diff: { 'settings.quorum.downCriticalMinutes': [null, 5] },
    })
    expect(await newestOf('event')).toMatchObject({ kind: 'cluster.changed' })
  })

  it('wakes no cluster that is paused', async () => {
    await start()
    const { tenantId } = team
    const pausedAt = new Date()
    await withTenant(tenantId, async (db) => {
      await db.cluster.update({ where: { tenantId_id: { tenantId, id: clusterId } }, data: { pausedAt } })
      await keepCollection(db, { tenantId, clusterId, pausedAt })
    })
    await setCluster({ everySeconds: 30, features: { alarm: false } })
    await setTeam({ quorum: null })
    expect(await collection()).toMatchObject({ nextDueAt: null, everySeconds: 30 })
  })
})

describe('how often is looked', () => {
  it('counts from now on: sooner when it is more often, no sooner when it is rarer', async () => {
    await start()
    await putOff()
    expect(await setCluster({ everySeconds: 30 })).toMatchObject({ everySeconds: 30 })
    expect(await collection()).toMatchObject({ everySeconds: 30 })
    expect(await untilDueMs()).toBeGreaterThan(20_000)
    expect(await untilDueMs()).toBeLessThan(31_000)
    await setCluster({ everySeconds: 3600 })
    expect(await untilDueMs()).toBeLessThan(31_000)
    expect(await newestOf('audit_event')).toMatchObject({ diff: { everySeconds: [30, 3600] } })
    expect(await getClusterSettings(team, { clusterId })).toMatchObject({ everySeconds: 3600 })
  })
})

describe('a feature that is switched off', () => {
  it('resolves what it found, and only that, and counts anew', async () => {
    await start()
    const hashes = {
      inspection: 'consistency',
      key: 'consistency',
      code: 'hashes-differ',
      severity: 'critical' as const,
    }
    const gone = await addFinding(team, { clusterId, ...hashes })
    const kept = await addFinding(team, { clusterId })
    const elsewhere = await addFinding(team, { ...hashes, clusterId: await addWatchedCluster(team) })
    const { features } = await setCluster({ features: { consistency: false } })
    expect(features).toEqual({ healthy: true, consistency: false, alarm: true, request: true, backupcheck: true })
    expect(await getFinding(team, { findingId: gone })).toMatchObject({
      state: 'resolved',
      resolution: 'switched-off',
      resolvedAt: expect.any(String),
    })
    for (const findingId of [kept, elsewhere]) expect((await getFinding(team, { findingId })).state).toBe('open')
    expect((await getCluster(team, { clusterId })).findings).toMatchObject({
      open: 1,
      worst: 'warning',
      newest: { id: kept },
    })
    expect((await setCluster({ features: { consistency: true } })).features.consistency).toBe(true)
  })
})
