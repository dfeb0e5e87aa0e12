import { z } from 'zod'
import { id, instant, pageQuery } from './paging.ts'

export const targetKinds = ['s3', 'directory'] as const

const name = z.string().trim().min(1, { error: 'name-required' }).max(80, { error: 'name-too-long' })

/** By the rules of AWS, which every S3 server follows: 3 to 63 of a-z, 0-9, dot and hyphen, no address. */
const bucket = z
  .string()
  .trim()
  .regex(/^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'bucket-malformed' })

/** Folders below which everything of ours lies: `etcd/backups`. */
const prefix = z
  .string()
  .trim()
  .max(200, { error: 'prefix-malformed' })
  .transform((text) => text.replace(/^\/+|\/+$/g, ''))
  .refine((text) => text === '' || text.split('/').every((part) => /^[\w.=@+-]+$/.test(part) && !/^\.+$/.test(part)), {
    error: 'prefix-malformed',
  })

const endpoint = z
  .string()
  .trim()
  .max(300, { error: 'storage-endpoint-malformed' })
  .refine((text) => URL.canParse(text) && isServer(new URL(text)), { error: 'storage-endpoint-malformed' })
  .transform((text) => new URL(text).origin)

/** A server alone: what else an address may hold belongs into fields of its own. */
function isServer({ protocol, username, password, pathname, search, hash }: URL): boolean {
  return (
    (protocol === 'https:' || protocol === 'http:') &&
    `${username}${password}${search}${hash}` === '' &&
    pathname === '/'
  )
}

const caPem = z
  .string()
  .trim()
  .max(200_000, { error: 'pem-too-long' })
  .regex(/-----BEGIN CERTIFICATE-----/, { error: 'certificate-not-pem' })

const region = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'region-malformed' })

const accessKeyId = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,200}$/, { error: 'access-key-malformed' })

/** What is not secret of an S3-compatible target. Without an endpoint it is AWS, in the region named. */
export const s3Settings = z.strictObject({
  endpoint: endpoint.optional(),
  region: region.default('us-east-1'),
  bucket,
  prefix: prefix.default(''),
  /** `https://server/bucket/key` in place of `https://bucket.server/key`; most servers besides AWS want it. */
  pathStyle: z.boolean().default(false),
  accessKeyId,
  /** Certificates of the authority the server is signed by; without it the usual public ones count. */
  caPem: caPem.optional(),
})
export type S3Settings = z.output<typeof s3Settings>

const secretAccessKey = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,1024}$/, { error: 'secret-key-malformed' })
  .meta({ secret: true })

const shared = {
  name,
  /** Encrypts what is written from now on before it leaves the worker; snapshots hold Kubernetes' Secrets. */
  isEncrypted: z.boolean().default(false),
}

export const createTargetBody = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('s3'), ...shared, settings: s3Settings, secretAccessKey }),
    /** The directory is the operator's (BACKUP_DIRECTORY); every team has a folder of its own in it. */
    z.strictObject({ kind: z.literal('directory'), ...shared }),
  ])
  .meta({
    example: {
      kind: 's3',
      name: 'minio',
      settings: {
        endpoint: 'https://minio.example.com:9000',
        region: 'us-east-1',
        bucket: 'etcd-backups',
        pathStyle: true,
        accessKeyId: 'KSTONE',
      },
      secretAccessKey: 'a-long-random-secret',
    },
  })
export type CreateTarget = z.output<typeof createTargetBody>

/** How a bucket is reached, part by part, without the defaults of a new one; null takes away what can be done without. */
const reachChange = z.strictObject({
  endpoint: endpoint.nullable().optional(),
  region: region.optional(),
  pathStyle: z.boolean().optional(),
  accessKeyId: accessKeyId.optional(),
  caPem: caPem.nullable().optional(),
})

/** What is absent stays as it is. A bucket holds backups under its name, so it and its prefix cannot change. */
export const updateTargetBody = z
  .strictObject({
    name: name.optional(),
    isEncrypted: z.boolean().optional(),
    isDefault: z.literal(true).optional(),
    settings: reachChange.optional(),
    secretAccessKey: secretAccessKey.optional(),
  })
  .meta({ example: { name: 'minio-east', isDefault: true } })
export type UpdateTarget = z.output<typeof updateTargetBody>

export const removeTargetBody = z
  .strictObject({ confirmName: z.string().max(200) })
  .meta({ example: { confirmName: 'minio' } })

export const targetParams = z.object({ targetId: id })

/** One thing a target is tried with; each step has its words. `skipped`: what it builds on has failed. */
export const probeStepView = z.object({
  step: z.string(),
  outcome: z.enum(['pass', 'fail', 'not-supported', 'skipped']),
  tookMs: z.number(),
  /** Code of the failure, and what its sentence is filled in with. */
  problem: z.string().nullable(),
  details: z.record(z.string(), z.json()),
})
export type ProbeStepView = z.infer<typeof probeStepView>

export const probeView = z.object({ isUsable: z.boolean(), steps: z.array(probeStepView) })
export type ProbeView = z.infer<typeof probeView>

export const targetView = z.object({
  id,
  name: z.string(),
  kind: z.enum(targetKinds),
  /** Of S3 alone. */
  settings: s3Settings.nullable(),
  isDefault: z.boolean(),
  isEncrypted: z.boolean(),
  capabilities: z.record(z.string(), z.boolean()),
  probe: z.array(probeStepView),
  /** Code of the last failure; null while it works. */
  problem: z.string().nullable(),
  probedAt: instant.nullable(),
  comparedAt: instant.nullable(),
  /** Backups whose objects lie in it, and what they weigh. */
  backups: z.number(),
  storedBytes: z.number(),
  /** Backups whose object is gone, and objects that no backup knows. */
  missing: z.number(),
  orphans: z.number(),
  createdAt: instant,
})
export type TargetView = z.infer<typeof targetView>

export const listOrphansQuery = pageQuery.extend({ limit: pageQuery.shape.limit.default(20) })
export type ListOrphans = z.infer<typeof listOrphansQuery>

/** An object among the team's backups that no row of the catalogue knows. */
export const orphanView = z.object({
  key: z.string(),
  sizeBytes: z.number(),
  /** When the target was compared with the catalogue. */
  seenAt: instant,
})
export type OrphanView = z.infer<typeof orphanView>
