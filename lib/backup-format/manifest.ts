import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { compressions } from './compress.ts'

/** Raised when a reader of today would misread what is written; a new field alone is no reason. */
const version = 1

/** A manifest is a page of text; nothing else is read into memory whole. */
const sizeBytesMax = 1024 * 1024
const keyGroupsMax = 1_000
const checksMax = 100

const text = z.string().max(2_000)
const count = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const uint64Max = 2n ** 64n - 1n

/** A 64-bit number of etcd, decimal in JSON. */
const decimal = z.codec(z.string().regex(/^\d{1,20}$/), z.bigint().min(0n).max(uint64Max), {
  decode: (digits) => BigInt(digits),
  encode: (value) => String(value),
})

/** An id of etcd, in JSON hexadecimal as etcd itself shows it. */
const hex = z.codec(z.string().regex(/^[0-9a-f]{1,16}$/), z.bigint().min(0n).max(uint64Max), {
  decode: (digits) => BigInt(`0x${digits}`),
  encode: (value) => value.toString(16),
})

const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (iso) => new Date(iso),
  encode: (date) => date.toISOString(),
})

const member = z.object({ id: hex, name: text, role: z.enum(['leader', 'follower', 'learner']) })

const snapshot = z.object({
  /** With the digest at its end, as etcd sent it. */
  sizeBytes: count,
  /** Of all of that, hex. */
  sha256,
  revision: decimal,
  /** Null where nothing was ever compacted. */
  compactRevision: decimal.nullable(),
  /** At the revision. */
  liveKeys: count,
  /** Of all buckets together, as `etcdctl snapshot status` counts them. */
  totalEntries: count,
  /** Live keys by group; at most 1,000 of these. */
  keysPerGroup: z.record(text, count).refine((groups) => Object.keys(groups).length <= keyGroupsMax),
})

const stored = z.object({
  objectKey: text,
  sizeBytes: count,
  sha256,
  compression: z.enum(compressions),
  encryption: z.object({ algorithm: z.literal('aes-256-gcm'), keyId: text, chunkBytes: count }).nullable(),
})

const manifest = z.object({
  /** Ours. */
  tenantId: text,
  clusterId: text,
  backupId: text,
  etcdClusterId: hex,
  member,
  serverVersion: text,
  snapshot,
  stored,
  startedAt: instant,
  endedAt: instant,
  /** What was proven before the object was completed, and after, by name. */
  checks: z.array(text).max(checksMax),
  /** Why it was taken, and who asked for it. */
  reason: z.enum(['schedule', 'manual', 'before-operation']),
  requestedBy: text,
  /** Of what wrote this. */
  productVersion: text,
})

/** What stands beside a backup object, so that it can be understood, checked and restored without a catalogue. */
export type BackupManifest = z.output<typeof manifest>

const versioned = z.object({ version: z.int().min(1), productVersion: text.optional() })

/** The manifest as it is stored: canonical JSON, so that it can be signed. @throws ZodError when a field is impossible */
export function writeManifest(backup: BackupManifest): Buffer {
  return Buffer.from(canonicalJson({ version, ...z.encode(manifest, backup) }))
}

/**
 * Reads a manifest that any version of this product has written, up to its own format; fields it does not know it leaves out.
 *
 * @throws AppError `backup-format-too-new` with the version that wrote it; `backup-manifest-unreadable` for all else
 */
export function readManifest(bytes: Uint8Array): BackupManifest {
  const value = parse(bytes)
  const found = versioned.safeParse(value)
  if (!found.success) throw unreadable('says no version', found.error)
  if (found.data.version > version) {
    const { productVersion = '' } = found.data
    const details = { version: found.data.version, known: version, productVersion }
    throw new AppError('backup-format-too-new', `A manifest has version ${found.data.version}`, { details })
  }
  const read = manifest.safeParse(value)
  if (!read.success) throw unreadable('has impossible fields', read.error)
  return read.data
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.length > sizeBytesMax) throw unreadable(`has ${bytes.length} bytes`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw unreadable('is not JSON', cause)
  }
}

function unreadable(words: string, cause?: unknown): AppError {
  return new AppError('backup-manifest-unreadable', `A manifest ${words}`, { cause })
}
