import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '#lib/contracts/roles.ts'
import { permissions, roles } from '#lib/contracts/roles.ts'
import { closePools } from '#lib/db/pools.ts'
import { tenantTables } from '#lib/db/tables.ts'
import { permissionsOf } from '#lib/tenancy/permissions.ts'
import type { Caller, Operation, World } from '#tests/support/isolation-world.ts'
import {
  closeWorlds,
  createWorld,
  keyHolder,
  needsPreparation,
  operations,
  prepare,
  send,
  signedIn,
  thingsFor,
  unknownThings,
} from '#tests/support/isolation-world.ts'
import { backupFolders } from '#tests/support/kept-backups.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let app: RunningApp

beforeAll(async () => {
  place = await openWorkplace(backupFolders())
  app = await startApp({
    databaseUrls: place.database.urls,
    redisUrl: place.env.REDIS_URL ?? '',
    // A proxy's header lets every call come from an address of its own, so that no limit per address is met.
    env: {
      NEXTAUTH_SECRET: place.env.NEXTAUTH_SECRET ?? '',
      ROOT_KEYS: place.env.ROOT_KEYS ?? '',
      TRUST_PROXY_HOPS: '1',
      BACKUP_DIRECTORY: place.env.BACKUP_DIRECTORY ?? '',
    },
    withWorker: false,
  })
}, 600_000)
afterAll(async () => {
  await app?.stop()
  await closeWorlds()
  await closePools()
})

const isPermission = (access: string): access is Permission => permissions.some((permission) => permission === access)
const named = (list: Operation[]) => list.map((operation) => [operation.name, operation] as const)
const inTeam = operations.filter(({ definition }) => isPermission(definition.access))
const ofSelf = operations.filter(({ definition }) => definition.access === 'self')
const open = operations.filter(({ definition }) => definition.access === 'public')
const withParams = operations.filter(({ params }) => params.length > 0)
const mutating = inTeam.filter(({ method }) => method !== 'GET')

/** Worlds that serve more than one call, since none of these calls changes them. */
const shared = new Map<'refused' | 'read' | 'home', Promise<World>>()

function sharedWorld(name: 'refused' | 'read' | 'home'): Promise<World> {
  const world = shared.get(name) ?? createWorld()
  shared.set(name, world)
  return world
}

/** One world for all calls that must be refused: what they leave as it was serves the next one too. */
const untouchedWorld = () => sharedWorld('refused')

/** A world for a call that is allowed: its own where it may change what it meets, one for all that only read. */
const worldFor = ({ method }: Operation) => (method === 'GET' ? sharedWorld('read') : createWorld())

/** The world of somebody who gets nowhere in another one: theirs stays as it was, unless the call needs a preparation. */
const homeFor = (operation: Operation) => (needsPreparation(operation) ? createWorld() : sharedWorld('home'))

/** Everything a team has, as a superuser reads it: equal before and after means that nothing was touched. */
async function snapshotOf({ team, things }: World): Promise<string> {
  const tables = tenantTables.map(
    (table) => `SELECT '${table}', to_jsonb(t)::text AS line FROM ${table} t WHERE "tenantId" = $1`,
  )
  const { rows } = await asSuperuser(
    place.database,
    `${tables.join(' UNION ALL ')} UNION ALL SELECT 'tenant', to_jsonb(t)::text FROM tenant t WHERE id = $1
     UNION ALL SELECT 'session', to_jsonb(s)::text FROM session s WHERE id = $2 ORDER BY 1, 2`,
    [team.tenantId, things.sessionId],
  )
  return JSON.stringify(rows)
}

async function auditCount({ team }: World, requestId: string): Promise<number> {
  const { rows } = await asSuperuser(
    place.database,
    'SELECT count(*)::int AS count FROM audit_event WHERE "tenantId" = $1 AND "requestId" = $2',
    [team.tenantId, requestId],
  )
  return rows[0].count
}

describe('without credentials', () => {
  it.each(named(operations.filter((operation) => !open.includes(operation))))(
    '%s answers 401',
    async (_, operation) => {
      const world = await untouchedWorld()
      const before = await snapshotOf(world)
      const answer = await send(app.url, { operation, things: thingsFor(operation, world.things) })
      expect([answer.status, answer.code]).toEqual([401, 'not-authenticated'])
      expect(await snapshotOf(world)).toBe(before)
    },
  )

  it.each(named(open))('%s is open, also to a cookie and a key that are dead', async (_, operation) => {
    const dead = [{}, { cookie: 'kstone-session=x' }, { authorization: `Bearer kst_${'0'.repeat(49)}` }]
    for (const headers of dead) {
      const answer = await send(app.url, { operation, things: {}, caller: { headers: new Headers(headers) } })
      expect([401, 403, 500], `${JSON.stringify(headers)}: ${answer.text}`).not.toContain(answer.status)
    }
  })
})

describe.each(roles)('a %s', (role) => {
  it.each(named(inTeam))('may call %s if the permission table says so', async (_, operation) => {
    const { access, response } = operation.definition
    const isAllowed = isPermission(access) && permissionsOf(role).has(access)
    const world = isAllowed ? await worldFor(operation) : await untouchedWorld()
    if (isAllowed) await prepare(operation, world)
    const caller = await signedIn(world, role)
    const before = await snapshotOf(world)
    const answer = await send(app.url, { operation, things: thingsFor(operation, world.things), caller })
    if (isAllowed) return expect(answer.status, answer.text).toBe(response.status)
    expect([answer.status, answer.code]).toEqual([403, 'permission-denied'])
    expect(await snapshotOf(world)).toBe(before)
  })

  it.each(named(ofSelf))('may call %s on their own account', async (_, operation) => {
    const world = await createWorld()
    const { sessionId, ...caller } = await signedIn(world, role)
    const things = thingsFor(operation, { ...world.things, sessionId, userId: caller.actor.actor.id })
    const answer = await send(app.url, { operation, things, caller })
    expect([401, 403, 500], answer.text).not.toContain(answer.status)
  })
})

describe('an API key', () => {
  it.each(named(inTeam))('with its scope may call %s, unless that asks for a person', async (_, operation) => {
    const { access, response, stepUp } = operation.definition
    if (!isPermission(access)) throw new Error(access)
    const world = await worldFor(operation)
    // A key hands out no role beyond its scopes: the examples hand out what an operator holds.
    const caller = await keyHolder(world, [...new Set([access, ...permissionsOf('operator')])])
    const answer = await send(app.url, { operation, things: thingsFor(operation, world.things), caller })
    const isForPeople = stepUp === true || answer.code === 'person-required'
    // What needs a preparation finds nothing to do here, and says so.
    if (!isForPeople && answer.code !== 'conflict') expect(answer.status, answer.text).toBe(response.status)
    if (isForPeople) expect([answer.status, answer.code]).toEqual([403, 'person-required'])
    expect([401, 500]).not.toContain(answer.status)
  })

  it.each(named(inTeam))('with every other scope may not call %s', async (_, operation) => {
    const world = await untouchedWorld()
    const caller = await keyHolder(
      world,
      permissions.filter((permission) => permission !== operation.definition.access),
    )
    const before = await snapshotOf(world)
    const answer = await send(app.url, { operation, things: thingsFor(operation, world.things), caller })
    expect([answer.status, answer.code]).toEqual([403, 'permission-denied'])
    // The key's last use is written down, which is no business of the call.
    expect(withoutUse(await snapshotOf(world))).toBe(withoutUse(before))
  })

  it.each(named(ofSelf))('has no account to call %s on', async (_, operation) => {
    const world = await untouchedWorld()
    const caller = await keyHolder(world, ['team:read'])
    const answer = await send(app.url, { operation, things: thingsFor(operation, world.things), caller })
    expect([answer.status, answer.code]).toEqual([403, 'person-required'])
  })
})

const withoutUse = (snapshot: string) => snapshot.replaceAll(/\\"lastUsed(At|Ip)\\": (null|\\"[^"]*\\")/g, '')

describe('the id of another team', () => {
  it.each(named(withParams))('in %s gets the answer of an id nobody has, byte for byte', async (_, operation) => {
    const [world, other] = [await homeFor(operation), await untouchedWorld()]
    await prepare(operation, world)
    const caller = await signedIn(world, 'owner')
    const before = await snapshotOf(other)
    for (const param of operation.params) {
      const mine = thingsFor(operation, world.things)
      const foreign = { ...mine, [param]: thingsFor(operation, other.things)[param] ?? '' }
      const unknown = { ...mine, [param]: unknownThings(operation)[param] ?? '' }
      const answers = [
        await send(app.url, { operation, things: foreign, caller }),
        await send(app.url, { operation, things: unknown, caller }),
      ].map(({ requestId: _id, ...answer }) => answer)
      expect(answers[0]).toEqual(answers[1])
      expect([answers[0]?.status, answers[0]?.code]).toEqual([404, 'not-found'])
    }
    expect(await snapshotOf(other)).toBe(before)
  })

  it.each(named(inTeam))('as the team to act in opens nothing to %s', async (_, operation) => {
    const [world, other] = [await sharedWorld('home'), await untouchedWorld()]
    const { headers } = await signedIn(world, 'owner')
    headers.set('kstone-team', other.team.tenantId)
    const before = await snapshotOf(other)
    const answer = await send(app.url, { operation, things: thingsFor(operation, other.things), caller: { headers } })
    expect([answer.status, answer.code]).toEqual([403, 'no-team'])
    expect(await snapshotOf(other)).toBe(before)
  })
})

describe('the audit log', () => {
  it.each(named(mutating))('holds exactly one event of %s, under its request id', async (_, operation) => {
    const world = await createWorld()
    await prepare(operation, world)
    const caller = await signedIn(world, 'owner')
    const answer = await send(app.url, { operation, things: thingsFor(operation, world.things), caller })
    expect(answer.status, answer.text).toBe(operation.definition.response.status)
    expect(await auditCount(world, answer.requestId)).toBe(1)
  })

  it.each(named(mutating))('holds nothing of %s when it was refused', async (_, operation) => {
    const world = await untouchedWorld()
    const caller = await keyHolder(world, ['events:read'])
    const answer = await send(app.url, { operation, things: thingsFor(operation, world.things), caller })
    expect(answer.status).toBe(403)
    expect(await auditCount(world, answer.requestId)).toBe(0)
  })
})

describe('a team that asks too often', () => {
  it('is told how long to wait, while another team is served', async () => {
    const [busy, calm] = [await createWorld(), await createWorld()]
    await asSuperuser(
      place.database,
      `UPDATE tenant SET "quotaOverrides" = '{"requests-per-second": 3}' WHERE id = $1`,
      [busy.team.tenantId],
    )
    const [hasty, patient] = [await signedIn(busy, 'owner'), await signedIn(calm, 'owner')]
    const get = async ({ headers }: Caller) => await fetch(`${app.url}/api/v1/team`, { headers })
    // Bursts, since a slow machine may spread one of them over two seconds.
    await expect
      .poll(async () => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => get(hasty)))
        const refused = answers.filter(({ status }) => status === 429)
        expect(answers.filter(({ status }) => ![200, 429].includes(status))).toEqual([])
        expect(refused.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true)
        expect((await get(patient)).status).toBe(200)
        return refused.length
      })
      .toBeGreaterThan(0)
  })
})

describe('the suite itself', () => {
  it('knows every route there is, and says what to add for a new kind of id', () => {
    expect(operations.length).toBeGreaterThan(30)
    const [operation] = withParams
    if (!operation) throw new Error('no route has an id in its path')
    expect(() => thingsFor(operation, {})).toThrow(/make one in createWorld of tests\/support\/isolation-world.ts/)
  })
})
