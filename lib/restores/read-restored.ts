import { AppError } from '#lib/errors.ts'
import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import type { AlarmKind } from '#lib/etcd/maintenance.ts'
import type { DrillExpectation, SeenHash, SeenRestored } from './compare-restored.ts'

export interface RestoredQuestion {
  readonly client: EtcdClient
  readonly endpoint: EtcdEndpoint
  readonly expected: DrillExpectation
  /** For any one call; what bounds them all is the signal. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface RestoredAnswer extends SeenRestored {
  /** Which the cluster had raised when the snapshot was taken, and would have again after a restore. */
  readonly alarms: readonly AlarmKind[]
}

/** Each is a walk over all keys it counts; so many kinds of keys are not looked at by anybody. */
const prefixesMax = 1000

/**
 * Asks a restored etcd what the live cluster was asked, at the same revisions: leases end in it as anywhere, and what they
 * take with them is deleted at later ones. Counts and one hash are read, never a page of keys.
 *
 * @throws AppError `etcd-compacted` where the snapshot no longer knows the revision, and what else calls to an etcd throw
 */
export async function readRestored(question: RestoredQuestion): Promise<RestoredAnswer> {
  const { client, endpoint, expected, signal, timeoutMs } = question
  const options = { signal, timeoutMs }
  const { header, version } = await client.status(endpoint, options)
  const alarms = (await client.alarms({ ...options, endpoint })).map(({ kind }) => kind)
  const seen = { version, revision: header.revision, alarms: [...new Set(alarms)] }
  // It has not come so far: whatever it says of that revision would be a refusal.
  if (header.revision < expected.revision) return { ...seen, liveKeys: undefined, keysByPrefix: {}, hash: undefined }
  const liveKeys = await countAt(question, '')
  const hash = await hashAt(question)
  const keysByPrefix: Record<string, bigint> = {}
  for (const prefix of Object.keys(expected.keysByPrefix).slice(0, prefixesMax)) {
    keysByPrefix[prefix] = await countAt(question, prefix)
  }
  return { ...seen, liveKeys, keysByPrefix, hash }
}

async function countAt(question: RestoredQuestion, prefix: string): Promise<bigint> {
  const { client, endpoint, expected, signal, timeoutMs } = question
  const range = prefixRange(Buffer.from(prefix, 'latin1'))
  const asked = { range, endpoint, signal, timeoutMs, revision: expected.revision }
  return (await client.keys.count(asked)).count
}

/** Read in any case: it is the only call for which etcd reads every value there is. */
async function hashAt({ client, endpoint, expected, ...options }: RestoredQuestion): Promise<SeenHash | undefined> {
  const revision = expected.hash?.revision ?? expected.revision
  const told = await client.hashKv(endpoint, revision, options).catch((error: unknown) => {
    if (!(error instanceof AppError && isAboutRevision(error))) throw error
  })
  if (told) return told
  // etcd 3.4 refuses to hash at the compact revision by its number, and does it for the newest, which it may be.
  const newest = await client.hashKv(endpoint, 0n, options)
  return newest.header.revision === revision ? newest : undefined
}

function isAboutRevision({ code }: AppError): boolean {
  return code === 'etcd-compacted' || code === 'etcd-future-revision'
}
