import { z } from 'zod'
import { backupReasons, backupStatuses, compressions } from './backups.ts'
import { id, instant, pageQuery } from './paging.ts'

/** Where the way of a backup has come to, in this order; each has its words. */
export const backupPhases = ['source', 'stream', 'check', 'compare', 'store', 'read-back'] as const
export type BackupPhase = (typeof backupPhases)[number]

/** Numbers of an etcd are 64 bits wide: text. */
const wide = z.string()

/** What the live cluster said, beside what the snapshot holds. */
const comparedCount = z.object({ name: z.string(), live: wide, snapshot: wide })

export const backupView = z.object({
  id,
  clusterId: id,
  clusterName: z.string(),
  targetId: id,
  targetName: z.string(),
  state: z.enum(backupStatuses),
  reason: z.enum(backupReasons),
  requestedBy: z.string(),
  isPinned: z.boolean(),
  /** Set from the moment it is to be deleted. */
  deletingAt: instant.nullable(),
  /** Code of what keeps it from being verified, and what its sentence is filled in with. */
  problem: z.string().nullable(),
  problemDetails: z.record(z.string(), z.json()),
  revision: wide.nullable(),
  keys: wide.nullable(),
  sizeBytes: z.number().nullable(),
  storedBytes: z.number().nullable(),
  compression: z.enum(compressions),
  isEncrypted: z.boolean(),
  serverVersion: z.string(),
  member: z.object({ id: wide, name: z.string(), role: z.string() }).nullable(),
  createdAt: instant,
  takenAt: instant.nullable(),
  endedAt: instant.nullable(),
  verifiedAt: instant.nullable(),
  missingSince: instant.nullable(),
  /** Milliseconds by phase. */
  phases: z.record(z.string(), z.number()),
  jobId: id.nullable(),
  /** Of the newest drill of it: proven, disproven or not-proven. */
  proof: z.object({ drillId: id, state: z.string(), at: instant }).nullable(),
})
export type BackupView = z.infer<typeof backupView>

export const backupDetailView = backupView.extend({
  objectKey: z.string(),
  /** Of the snapshot with its own checksum, and of the object it became; hexadecimal. */
  sha256: z.string(),
  storedSha256: z.string(),
  etcdClusterId: z.string(),
  compactRevision: wide.nullable(),
  entries: wide.nullable(),
  /** Total first, then by group. */
  counts: z.array(comparedCount),
  /** Rungs of retention that keep it; empty when the next round lets it go. */
  keptBy: z.array(z.string()),
  target: z.object({ kind: z.string(), place: z.string() }),
})
export type BackupDetailView = z.infer<typeof backupDetailView>

export const backupParams = z.object({ backupId: id })

/** What a download gives, once the storage gives it. */
export const backupFileView = z.object({
  fileName: z.string(),
  sizeBytes: z.number(),
  /** Of the whole file, with the checksum etcd puts at its end; hexadecimal. */
  sha256: z.string(),
})
export type BackupFileView = z.infer<typeof backupFileView>

export const listBackupsQuery = pageQuery.extend({
  clusterId: id.optional(),
  targetId: id.optional(),
  state: z.enum(backupStatuses).optional(),
  sort: z.enum(['-createdAt', 'createdAt']).default('-createdAt'),
})
export type ListBackups = z.output<typeof listBackupsQuery>

export const startBackupBody = z
  .strictObject({
    /** Elsewhere than where the cluster's backups go. */
    targetId: id.optional(),
  })
  .meta({ example: {} })
export type StartBackup = z.output<typeof startBackupBody>

export const pinBackupBody = z.strictObject({ isPinned: z.boolean() }).meta({ example: { isPinned: true } })
export const deleteBackupBody = z
  .strictObject({ confirmName: z.string().max(200) })
  .meta({ example: { confirmName: 'orders' } })

export const compareBackupsQuery = z.object({
  /** Another one of the same cluster; the one verified before it unless given. */
  with: id.optional(),
})
export const backupComparisonView = z.object({
  older: backupView,
  newer: backupView,
  groups: z.array(
    z.object({
      name: z.string(),
      added: z.number(),
      changed: z.number(),
      removed: z.number(),
      /** A few keys of each, as they can be shown. */
      samples: z.object({ added: z.array(z.string()), changed: z.array(z.string()), removed: z.array(z.string()) }),
    }),
  ),
})
export type BackupComparisonView = z.infer<typeof backupComparisonView>

export const drillStates = ['pending', 'running', 'proven', 'disproven', 'not-proven'] as const

export const drillView = z.object({
  id,
  clusterId: id,
  clusterName: z.string(),
  backupId: id,
  backupTakenAt: instant.nullable(),
  state: z.enum(drillStates),
  reason: z.enum(['schedule', 'manual']),
  requestedBy: z.string(),
  problem: z.string().nullable(),
  problemDetails: z.record(z.string(), z.json()),
  /** From the first byte read from the target to the verdict: the way back, as it was measured. */
  rtoMs: z.number().nullable(),
  /** Seconds by stage. */
  seconds: z.record(z.string(), z.number().nullable()),
  etcdVersion: z.string().nullable(),
  comparisons: z.array(
    z.object({
      what: z.string(),
      expected: z.string(),
      /** Empty where it was not told. */
      seen: z.string(),
      outcome: z.enum(['holds', 'differs', 'not-comparable', 'not-compared']),
    }),
  ),
  hasCertificate: z.boolean(),
  createdAt: instant,
  endedAt: instant.nullable(),
})
export type DrillView = z.infer<typeof drillView>

export const drillParams = z.object({ drillId: id })
export const listDrillsQuery = pageQuery.extend({ clusterId: id.optional(), backupId: id.optional() })
export type ListDrills = z.output<typeof listDrillsQuery>
export const startDrillBody = z.strictObject({ backupId: id.optional() }).meta({ example: {} })
export type StartDrill = z.output<typeof startDrillBody>

/** A certificate of a drill, to be handed to people who were not there. */
export const certificateView = z.object({
  /** Canonical JSON with its signature (Ed25519), as it is to be kept: one changed character, and it is genuine no more. */
  document: z.string(),
  /** SubjectPublicKeyInfo, PEM. */
  publicKey: z.string(),
  /** The first 128 bits of the SHA-256 of the public key, hexadecimal. */
  keyId: z.string(),
})
