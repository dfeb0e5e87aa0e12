import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createSecretKey } from 'node:crypto'
import { config } from '#lib/config.ts'
import type { DataKey, SealedPlace } from '#lib/crypto.ts'
import { createKeyring, deriveKey, newDataKey, open, seal, sealedKeyVersion } from '#lib/crypto.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { processWide } from '#lib/process-wide.ts'
import { Secret } from '#lib/secret.ts'
import { minuteMs } from '#lib/time.ts'

/** Where a secret of a team lives; `version` counts the values the place has held and is 1 where it is written once. */
export type SecretPlace = Omit<SealedPlace, 'version'> & { version?: number }

/** How long an unwrapped key stays in memory: a root key taken away stops working everywhere within that time. */
const cacheKeepMs = 5 * minuteMs
const cacheEntriesMax = 10_000

interface CachedKey {
  dataKey: DataKey
  expiresAtMs: number
}

const cache = processWide('tenant-keys', () => new Map<string, CachedKey>())

/** The data key that seals and audits for one team is derived from the version that was there from the first day. */
const auditKeyVersion = 1

/** A private key of Ed25519 in PKCS #8 (RFC 8410) is these bytes and its seed. */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The keyring of this process: what is wrapped under any of ROOT_KEYS can be read, what is new uses the first. */
export function tenantKeyring() {
  return createKeyring(config().rootKeys)
}

/** Gives a new team its first data key. Needs the system door, once, in the transaction that creates the team. */
export async function createTenantKey(db: Db, tenantId: string): Promise<void> {
  const wrapped = tenantKeyring().wrapDataKey(tenantId, newDataKey(1))
  await db.tenantKey.create({ data: { tenantId, ...wrapped } })
}

/** Encrypts a value for one place of one team; only that place of that team can open it again. */
export async function sealTenantSecret(db: Db, plaintext: string, place: SecretPlace): Promise<string> {
  return seal(await newestKeyOf(db, place.tenantId), new Secret(plaintext), { version: 1, ...place })
}

/**
 * Opens what `sealTenantSecret` made for the same place.
 * Throws `secret-unreadable` when it was changed, or moved here from another place, row or team.
 */
export async function openTenantSecret(db: Db, sealed: string, place: SecretPlace): Promise<string> {
  const version = sealedKeyVersion(sealed)
  if (version === undefined) throw new AppError('secret-unreadable', `${place.table}.${place.column} is not sealed`)
  return open(await keyOf(db, place.tenantId, version), sealed, { version: 1, ...place }).reveal()
}

/** A team's data key, to wrap what is to be opened without our database: the newest, or the version named. */
export function teamKeyOf(db: Db, tenantId: string, version?: number): Promise<DataKey> {
  return version === undefined ? newestKeyOf(db, tenantId) : keyOf(db, tenantId, version)
}

/**
 * The key of a team's audit chain; it stays the same when data keys or root keys change. A key object, with which an HMAC is
 * made six times faster than with its bytes.
 */
export async function auditKeyOf(db: Db, tenantId: string): Promise<KeyObject> {
  return createSecretKey(deriveKey(await keyOf(db, tenantId, auditKeyVersion), 'audit-chain').reveal())
}

/** The Ed25519 key a team's certificates are signed with; it stays the same as the audit key does. PKCS #8, PEM. */
export async function certificateKeyOf(db: Db, tenantId: string): Promise<Secret<string>> {
  const seed = deriveKey(await keyOf(db, tenantId, auditKeyVersion), 'drill-certificate').reveal()
  const key = createPrivateKey({ key: Buffer.concat([ed25519Prefix, seed]), format: 'der', type: 'pkcs8' })
  return new Secret(key.export({ format: 'pem', type: 'pkcs8' }).toString())
}

function keyOf(db: Db, tenantId: string, version: number): Promise<DataKey> {
  return cached(`${tenantId} ${version}`, async () => {
    const row = await db.tenantKey.findUnique({ where: { tenantId_version: { tenantId, version } } })
    if (!row) throw new AppError('secret-unreadable', `Team ${tenantId} has no data key ${version}`)
    return tenantKeyring().unwrapDataKey(tenantId, row)
  })
}

function newestKeyOf(db: Db, tenantId: string): Promise<DataKey> {
  return cached(`${tenantId} newest`, async () => {
    const row = await db.tenantKey.findFirst({ where: { tenantId }, orderBy: { version: 'desc' } })
    if (!row) throw new AppError('secret-unreadable', `Team ${tenantId} has no data key`)
    return tenantKeyring().unwrapDataKey(tenantId, row)
  })
}

async function cached(name: string, load: () => Promise<DataKey>): Promise<DataKey> {
  const known = cache.get(name)
  if (known && known.expiresAtMs > Date.now()) return known.dataKey
  const dataKey = await load()
  // The oldest entry goes first: Map keeps the order of insertion.
  cache.delete(name)
  const oldest = cache.size < cacheEntriesMax ? undefined : cache.keys().next().value
  if (oldest !== undefined) cache.delete(oldest)
  cache.set(name, { dataKey, expiresAtMs: Date.now() + cacheKeepMs })
  return dataKey
}
