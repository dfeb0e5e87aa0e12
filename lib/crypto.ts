import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from './errors.ts'
import { Secret } from './secret.ts'

/**
 * Secrets at rest, in three layers: a root key (configuration) wraps a data key per tenant (row `tenant_key`), keys derived
 * from the data key seal single values. Changing the root key re-wraps one small row per tenant and touches no sealed value.
 *
 * Everything is AES-256-GCM with a random 96-bit nonce, and the place a value belongs to is authenticated with it: a sealed
 * value copied to another row, column, version or tenant does not open.
 */

/** 256 bits that belong to one tenant. It encrypts nothing itself: every use derives its own key from it. */
export interface DataKey {
  version: number
  key: Secret<Buffer>
}

/** A data key as it is stored. */
export interface WrappedKey {
  version: number
  rootKeyId: string
  wrapped: string
}

/** Where a sealed value lives. */
export interface SealedPlace {
  tenantId: string
  table: string
  row: string
  column: string
  /** Counts the values this place has held: an older one put back does not open. */
  version: number
}

/** The root keys of this process, closed in: what is wrapped under any of them can be read, what is wrapped anew uses the first. */
export interface Keyring {
  wrapDataKey(tenantId: string, dataKey: DataKey): WrappedKey
  /** @throws AppError `secret-unreadable` when the root key is not in the ring, or the wrapped key is not this tenant's */
  unwrapDataKey(tenantId: string, wrapped: WrappedKey): DataKey
  /** Whether the key is wrapped under a root key that is about to go. */
  needsRewrap(wrapped: WrappedKey): boolean
  /** The same data key wrapped under the active root key. @throws as `unwrapDataKey` */
  rewrap(tenantId: string, wrapped: WrappedKey): WrappedKey
}

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** @param rootKeys the active one first, then those still accepted; 32 bytes each */
export function createKeyring(rootKeys: readonly { id: string; key: Secret<Buffer> }[]): Keyring {
  const [active] = rootKeys
  if (active === undefined) throw new Error('A keyring needs at least one root key')

  const wrapDataKey: Keyring['wrapDataKey'] = (tenantId, dataKey) => {
    const box = encrypt(active.key, dataKey.key.reveal(), wrapContext(tenantId, active.id, dataKey.version))
    return { version: dataKey.version, rootKeyId: active.id, wrapped: box }
  }

  const unwrapDataKey: Keyring['unwrapDataKey'] = (tenantId, { version, rootKeyId, wrapped }) => {
    const rootKey = rootKeys.find(({ id }) => id === rootKeyId)
    if (rootKey === undefined) {
      const known = rootKeys.map(({ id }) => id).join(', ')
      throw unreadable(
        `Tenant ${tenantId} needs root key ${rootKeyId}; ROOT_KEYS has ${known}. Put it back as the second key`,
      )
    }
    const key = decrypt(rootKey.key, wrapped, wrapContext(tenantId, rootKeyId, version))
    if (key?.length !== keyBytes) {
      throw unreadable(
        `Data key ${version} of tenant ${tenantId} does not open with root key ${rootKeyId}: changed, moved, or another key of that id`,
      )
    }
    return { version, key: new Secret(key) }
  }

  return {
    wrapDataKey,
    unwrapDataKey,
    needsRewrap: ({ rootKeyId }) => rootKeyId !== active.id,
    rewrap: (tenantId, wrapped) => wrapDataKey(tenantId, unwrapDataKey(tenantId, wrapped)),
  }
}

/** A fresh data key for a tenant; `version` counts that tenant's keys from 1. */
export function newDataKey(version = 1): DataKey {
  return { version, key: new Secret(randomBytes(keyBytes)) }
}

/**
 * A 256-bit key of its own for one purpose (HKDF-SHA-256), always the same for the same data key and purpose.
 *
 * @param purpose names the use, as in `audit-chain`; two uses never share one
 */
export function deriveKey(dataKey: DataKey, purpose: string): Secret<Buffer> {
  return new Secret(Buffer.from(hkdfSync('sha256', dataKey.key.reveal(), '', `kstone/${purpose}`, keyBytes)))
}

/** Encrypts a value for one place: `v1.<key version>.<nonce>.<ciphertext>.<tag>`, the last three in base64url. */
export function seal(dataKey: DataKey, plaintext: Secret<string>, place: SealedPlace): string {
  const box = encrypt(deriveKey(dataKey, 'seal'), Buffer.from(plaintext.reveal()), sealContext(place, dataKey.version))
  return `v1.${dataKey.version}.${box}`
}

/**
 * Opens what `seal` made, with the same data key and for the same place.
 *
 * @throws AppError `secret-unreadable` when one bit of it, its key or its place is another
 */
export function open(dataKey: DataKey, sealed: string, place: SealedPlace): Secret<string> {
  const header = `v1.${dataKey.version}.`
  const where = `${place.table}.${place.column} of row ${place.row}`
  if (!sealed.startsWith(header)) throw unreadable(`${where} is not sealed with data key ${dataKey.version}`)
  const plaintext = decrypt(
    deriveKey(dataKey, 'seal'),
    sealed.slice(header.length),
    sealContext(place, dataKey.version),
  )
  if (plaintext === undefined) throw unreadable(`${where} does not open: changed, or moved here from another place`)
  return new Secret(plaintext.toString())
}

/** The version of the data key a value was sealed with; `undefined` for anything else. */
export function sealedKeyVersion(sealed: string): number | undefined {
  const version = /^v1\.([1-9]\d{0,8})\./.exec(sealed)?.[1]
  return version === undefined ? undefined : Number(version)
}

function wrapContext(tenantId: string, rootKeyId: string, version: number): Buffer {
  return encodeContext(['kstone/data-key/v1', tenantId, rootKeyId, String(version)])
}

function sealContext(place: SealedPlace, keyVersion: number): Buffer {
  const { tenantId, table, row, column, version } = place
  return encodeContext(['kstone/sealed/v1', tenantId, table, row, column, String(version), String(keyVersion)])
}

/** Each part behind its length, so no two lists of parts give the same bytes. */
function encodeContext(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

function encrypt(key: Secret<Buffer>, plaintext: Buffer, context: Buffer): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce, { authTagLength: tagBytes }).setAAD(context)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url')).join('.')
}

function decrypt(key: Secret<Buffer>, box: string, context: Buffer): Buffer | undefined {
  const [nonce, ciphertext, tag, ...rest] = box.split('.').map(decodeBase64Url)
  if (rest.length > 0 || nonce?.length !== nonceBytes || ciphertext === undefined || tag?.length !== tagBytes)
    return undefined
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), nonce, { authTagLength: tagBytes })
  decipher.setAAD(context).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    return undefined
  }
}

/** Node skips what is not base64url and ignores loose last bits; only the one true spelling is taken, so every changed bit is seen. */
function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function unreadable(message: string): AppError {
  return new AppError('secret-unreadable', message)
}
