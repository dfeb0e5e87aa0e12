import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { newId } from '#lib/ids.ts'
import { runScript } from '#tests/support/command.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
const oldKey = `old:${randomBytes(32).toString('hex')}`
const newKey = `new:${randomBytes(32).toString('hex')}`
const count = 10_000

beforeAll(async () => {
  place = await openWorkplace()
})

/** The product as a process with these root keys has it; nothing it has unwrapped before is remembered. */
async function productWith(...rootKeys: string[]) {
  process.env.ROOT_KEYS = rootKeys.join(',')
  vi.resetModules()
  Reflect.deleteProperty(globalThis, Symbol.for('kstone.process-wide'))
  const { withSystem } = await import('#lib/db/system.ts')
  const keys = await import('#lib/tenancy/tenant-keys.ts')
  const { rewrapTenantKeys } = await import('#lib/services/keys/rewrap-tenant-keys.ts')
  const { createKeyring, newDataKey } = await import('#lib/crypto.ts')
  const { config } = await import('#lib/config.ts')
  return { withSystem, ...keys, rewrapTenantKeys, createKeyring, newDataKey, config }
}

const placeOf = (tenantId: string) => ({ tenantId, table: 'cluster', row: 'r', column: 'password' })

describe('wrapping all keys anew', () => {
  it(`takes less than a minute for ${count} teams, while everything stays readable; then the old root key may go`, async () => {
    const before = await productWith(oldKey)
    const ring = before.createKeyring(before.config().rootKeys)
    const rows = Array.from({ length: count }, () => {
      const tenantId = newId()
      return { tenantId, ...ring.wrapDataKey(tenantId, before.newDataKey()) }
    })
    for (let from = 0; from < count; from += 2_000) {
      const some = JSON.stringify(rows.slice(from, from + 2_000))
      await asSuperuser(
        place.database,
        `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("tenantId" uuid, "version" int, "rootKeyId" text, "wrapped" text)),
              teams AS (INSERT INTO tenant ("id", "name") SELECT "tenantId", 'x' FROM given RETURNING "id")
         INSERT INTO tenant_key ("tenantId", "version", "rootKeyId", "wrapped")
         SELECT "tenantId", "version", "rootKeyId", "wrapped" FROM given JOIN teams ON teams."id" = given."tenantId"`,
        [some],
      )
    }
    const watched = rows.slice(0, 300).map(({ tenantId }) => tenantId)
    const sealed = new Map<string, string>()
    for (const tenantId of watched) {
      sealed.set(tenantId, await before.withSystem((db) => before.sealTenantSecret(db, tenantId, placeOf(tenantId))))
    }

    const during = await productWith(newKey, oldKey)
    const readAll = async (product: Awaited<ReturnType<typeof productWith>>, ids: readonly string[]) => {
      const read = await product.withSystem(async (db) => {
        const texts: string[] = []
        for (const id of ids) texts.push(await product.openTenantSecret(db, sealed.get(id) ?? '', placeOf(id)))
        return texts
      })
      return read.filter((text, index) => text === ids[index]).length
    }
    let isDone = false
    let readCount = 0
    const reading = (async () => {
      for (let n = 0; !isDone; n = (n + 10) % watched.length) {
        // A key once unwrapped is remembered: forgetting makes every read go through the row.
        Reflect.deleteProperty(globalThis, Symbol.for('kstone.process-wide'))
        const ids = watched.slice(n, n + 10)
        expect(await readAll(during, ids)).toBe(ids.length)
        readCount += ids.length
      }
    })()
    const startedAt = Date.now()
    const result = await during.rewrapTenantKeys()
    const tookMs = Date.now() - startedAt
    isDone = true
    await reading
    expect(result).toEqual({ count, inUse: { new: count } })
    expect(tookMs).toBeLessThan(60_000)
    expect(readCount).toBeGreaterThan(0)
    expect(await during.rewrapTenantKeys()).toMatchObject({ count: 0 })

    const after = await productWith(newKey)
    expect(await readAll(after, watched)).toBe(watched.length)
    const without = await productWith(oldKey)
    await expect(readAll(without, watched.slice(0, 1))).rejects.toMatchObject({ code: 'secret-unreadable' })
  }, 180_000)

  it('stops at a key that none of the root keys opens, and says which', async () => {
    const product = await productWith(newKey)
    const tenantId = newId()
    const { createTenantKey, withSystem } = await productWith(oldKey)
    await withSystem(async (db) => {
      await db.tenant.create({ data: { id: tenantId, name: 'lost' } })
      await createTenantKey(db, tenantId)
    })
    await productWith(newKey)
    await expect(product.rewrapTenantKeys()).rejects.toThrow(new RegExp(`${tenantId} needs root key old`))
  })
})

describe('a secret of a team', () => {
  it('opens in its own place only, whatever a superuser copies where', async () => {
    const { createTenantKey, openTenantSecret, sealTenantSecret, withSystem } = await productWith(newKey)
    const [one, other] = [newId(), newId()]
    await withSystem(async (db) => {
      for (const id of [one, other]) {
        await db.tenant.create({ data: { id, name: 'x' } })
        await createTenantKey(db, id)
      }
    })
    const sealed = await withSystem((db) => sealTenantSecret(db, 'canary', placeOf(one)))
    expect(sealed).not.toContain('canary')
    const open = (place: ReturnType<typeof placeOf> & { version?: number }) =>
      withSystem((db) => openTenantSecret(db, sealed, place))
    expect(await open(placeOf(one))).toBe('canary')
    const elsewhere = [
      placeOf(other),
      { ...placeOf(one), table: 'job' },
      { ...placeOf(one), row: 's' },
      { ...placeOf(one), column: 'token' },
      { ...placeOf(one), version: 2 },
    ]
    for (const place of elsewhere) await expect(open(place)).rejects.toMatchObject({ code: 'secret-unreadable' })
  })

  it('cannot be opened with the data key of another team put in its place', async () => {
    const { createTenantKey, sealTenantSecret, withSystem } = await productWith(newKey)
    const [one, other] = [newId(), newId()]
    await withSystem(async (db) => {
      for (const id of [one, other]) {
        await db.tenant.create({ data: { id, name: 'x' } })
        await createTenantKey(db, id)
      }
    })
    const sealed = await withSystem((db) => sealTenantSecret(db, 'canary', placeOf(one)))
    await asSuperuser(
      place.database,
      `UPDATE tenant_key SET "wrapped" = (SELECT "wrapped" FROM tenant_key WHERE "tenantId" = $2) WHERE "tenantId" = $1`,
      [one, other],
    )
    const fresh = await productWith(newKey)
    const opened = fresh.withSystem((db) => fresh.openTenantSecret(db, sealed, placeOf(one)))
    await expect(opened).rejects.toMatchObject({ code: 'secret-unreadable' })
  })
})

describe('npm run keys:rewrap', () => {
  it('wraps what is wrapped by another key, says which key may go, and leaves keys of the environment alone', async () => {
    const { database, env } = await openWorkplace()
    const { createTenantKey, withSystem } = await productWith(oldKey)
    const tenantId = newId()
    await withSystem(async (db) => {
      await db.tenant.create({ data: { id: tenantId, name: 'x' } })
      await createTenantKey(db, tenantId)
    })
    const run = (rootKeys: string, ...args: string[]) => runScript('keys-rewrap', args, { ...env, ROOT_KEYS: rootKeys })
    const done = await run(`${newKey},${oldKey}`)
    expect(done.output).toContain('wrapped anew: 1; under new: 1')
    expect(done.output).toContain('everything but new may be taken out of ROOT_KEYS')
    expect(done.code).toBe(0)
    const { rows } = await asSuperuser(database, 'SELECT "rootKeyId" FROM tenant_key')
    expect(rows).toEqual([{ rootKeyId: 'new' }])
    expect(await run(newKey, '--new-key')).toMatchObject({ code: 1, output: expect.stringContaining('ROOT_KEYS') })
    expect((await run(oldKey)).output).toContain('needs root key new')
  })
})
