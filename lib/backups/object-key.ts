import type { Compression } from '#lib/contracts/backups.ts'
import { compressions } from '#lib/contracts/backups.ts'

/** What the key of a backup object says. Ids are of small letters, digits and hyphens. */
export interface BackupKeyParts {
  tenantId: string
  clusterId: string
  backupId: string
  /** When the snapshot was begun. */
  takenAt: Date
  /** Of etcd, at least 0. */
  revision: bigint
  compression: Compression
  isEncrypted: boolean
}

const endings = { zstd: '.zst', gzip: '.gz', none: '' } as const satisfies Record<Compression, string>

/** Digits of the highest revision an etcd can have, 2^63 - 1. */
const revisionDigits = 19
const revisionMax = 2n ** 63n - 1n
const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(10_000, 0, 1) - 1

const id = '[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?'
const folderForm = new RegExp(`^${id}$`)
const keyForm = new RegExp(
  `^tenant/(?<tenantId>${id})/(?<clusterId>${id})/\\d{4}/\\d{2}/(?<time>\\d{8}T\\d{9}Z)_r(?<revision>\\d{${revisionDigits}})_(?<backupId>${id})\\.db(?<packing>\\.zst|\\.gz)?(?<encryption>\\.enc)?$`,
)

/**
 * The place of a backup in its store:
 * `tenant/<tenantId>/<clusterId>/<yyyy>/<mm>/<yyyymmddThhmmssmmmZ>_r<revision, 19 digits>_<backupId>.db[.zst|.gz][.enc]`.
 * Time stands before the revision and both have a fixed length, so the order of the texts is the order of time, whatever
 * the revision does: it gains digits, and a restore sets it back.
 *
 * @throws RangeError when an id has other characters, the revision is not 0 to 2^63 - 1, or the year not 1970 to 9999
 */
export function backupKey(parts: BackupKeyParts): string {
  return `${keyStem(parts)}.db${endings[parts.compression]}${parts.isEncrypted ? '.enc' : ''}`
}

/**
 * The place of the manifest, beside its backup.
 *
 * @throws RangeError for every text that `backupKey` would not have made
 */
export function manifestKeyOf(key: string): string {
  const parts = parseBackupKey(key)
  if (!parts) throw new RangeError(`${JSON.stringify(key)} is not the key of a backup`)
  return `${keyStem(parts)}.json`
}

/**
 * What all keys of one cluster begin with, and those of no other cluster.
 *
 * @throws RangeError when an id has other characters
 */
export function clusterPrefix({ tenantId, clusterId }: Pick<BackupKeyParts, 'tenantId' | 'clusterId'>): string {
  return `tenant/${checkedId(tenantId)}/${checkedId(clusterId)}/`
}

/** What a key says; undefined for every text that `backupKey` would not have made. */
export function parseBackupKey(key: string): BackupKeyParts | undefined {
  const found = keyForm.exec(key)?.groups
  if (!found) return undefined
  const { tenantId = '', clusterId = '', backupId = '', time = '', revision = '', packing = '', encryption } = found
  const parts: BackupKeyParts = {
    tenantId,
    clusterId,
    backupId,
    takenAt: readTime(time),
    revision: BigInt(revision),
    compression: compressions.find((one) => endings[one] === packing) ?? 'none',
    isEncrypted: encryption !== undefined,
  }
  const isPossible = !Number.isNaN(parts.takenAt.getTime()) && parts.revision <= revisionMax
  return isPossible && backupKey(parts) === key ? parts : undefined
}

function keyStem(parts: BackupKeyParts): string {
  const { takenAt, revision, backupId } = parts
  const at = takenAt.getTime()
  if (!(at >= earliest && at <= latest)) throw new RangeError(`No key can be made for the time ${at}`)
  if (revision < 0n || revision > revisionMax) throw new RangeError(`No etcd has the revision ${revision}`)
  const time = takenAt.toISOString()
  const digits = String(revision).padStart(revisionDigits, '0')
  const name = `${time.replaceAll(/[-:.]/g, '')}_r${digits}_${checkedId(backupId)}`
  return `${clusterPrefix(parts)}${time.slice(0, 4)}/${time.slice(5, 7)}/${name}`
}

function readTime(text: string): Date {
  return new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)(...)Z$/, '$1-$2-$3T$4:$5:$6.$7Z'))
}

/** An id is one folder: nothing in it may mean another place. */
function checkedId(text: string): string {
  if (!folderForm.test(text)) throw new RangeError(`The id ${JSON.stringify(text)} cannot stand in a key`)
  return text
}
