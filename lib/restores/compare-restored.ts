import { isSameTombstoneRule } from './tombstone-rule.ts'

export interface ExpectedHash {
  readonly revision: bigint
  readonly hash: number
  readonly compactRevision: bigint
  /** From 3.6. */
  readonly hashRevision?: bigint | undefined
  /** Of the server that said so, `3.5.16`. */
  readonly serverVersion: string
}

/** What the live cluster said when the backup was taken. */
export interface DrillExpectation {
  /** At which the keys were counted. */
  readonly revision: bigint
  readonly liveKeys: bigint
  /** Counted as ranges of keys; prefixes as bytes, each a character (latin1). */
  readonly keysByPrefix: Readonly<Record<string, bigint>>
  /** Absent where the member was not asked, or could not tell. */
  readonly hash?: ExpectedHash | undefined
}

export interface SeenHash {
  readonly hash: number
  readonly compactRevision: bigint
  readonly hashRevision: bigint | undefined
}

/** What the restored etcd says of the same revisions; `undefined` where it was not asked, or could not tell. */
export interface SeenRestored {
  readonly version: string
  /** The newest it has, which grows while leases end. */
  readonly revision: bigint
  readonly liveKeys: bigint | undefined
  readonly keysByPrefix: Readonly<Record<string, bigint>>
  readonly hash: SeenHash | undefined
}

/** Why two hashes that differ prove nothing. */
export type Incomparable =
  | 'compact-revision-differs'
  | 'hash-revision-differs'
  | 'versions-hash-otherwise'
  | 'hash-not-told'

export interface Comparison {
  readonly what: 'revision' | 'live-keys' | 'prefix' | 'hash'
  /** Of `prefix`. */
  readonly prefix?: string
  readonly expected: bigint
  readonly seen: bigint | undefined
  readonly outcome: 'holds' | 'differs' | 'not-comparable' | 'not-compared'
  /** Of `not-comparable`. */
  readonly because?: Incomparable
}

/** What differs, by kind. */
export type Difference = 'revision-missing' | 'keys-differ' | 'prefixes-differ' | 'hash-differs'

export interface Judgement {
  readonly verdict: 'proven' | 'disproven' | 'not-proven'
  /** By what it is proven: counts are weaker, since they see no value. Null unless it is. */
  readonly basis: 'hash' | 'counts' | null
  readonly differences: readonly Difference[]
  readonly comparisons: readonly Comparison[]
}

const differenceOf: Readonly<Record<Comparison['what'], Difference>> = {
  revision: 'revision-missing',
  'live-keys': 'keys-differ',
  prefix: 'prefixes-differ',
  hash: 'hash-differs',
}

/**
 * Holds what a restored etcd says against what the live cluster said. Disproven is only what cannot be otherwise: a hash
 * that differs counts where both sides hashed by the same rules (the same compact revision, etcd's own condition).
 */
export function compareRestored(expected: DrillExpectation, seen: SeenRestored): Judgement {
  const comparisons = [
    compareRevision(expected, seen),
    compareCount({ what: 'live-keys', expected: expected.liveKeys, seen: seen.liveKeys }),
    ...Object.entries(expected.keysByPrefix).map(([prefix, keys]) =>
      compareCount({ what: 'prefix', prefix, expected: keys, seen: seen.keysByPrefix[prefix] }),
    ),
    ...(expected.hash ? [compareHash(expected.hash, seen)] : []),
  ]
  const differing = comparisons.filter(({ outcome }) => outcome === 'differs')
  const differences = [...new Set(differing.map(({ what }) => differenceOf[what]))]
  const holds = (wanted: Comparison['what']) =>
    comparisons.some(({ what, outcome }) => what === wanted && outcome === 'holds')
  if (differences.length > 0) return { verdict: 'disproven', basis: null, differences, comparisons }
  if (!holds('live-keys')) return { verdict: 'not-proven', basis: null, differences, comparisons }
  return { verdict: 'proven', basis: holds('hash') ? 'hash' : 'counts', differences, comparisons }
}

/** A snapshot may hold more than was counted: its stream begins later. Less it must not. */
function compareRevision({ revision }: DrillExpectation, seen: SeenRestored): Comparison {
  const outcome = seen.revision >= revision ? 'holds' : 'differs'
  return { what: 'revision', expected: revision, seen: seen.revision, outcome }
}

function compareCount(counted: Omit<Comparison, 'outcome' | 'because'>): Comparison {
  if (counted.seen === undefined) return { ...counted, outcome: 'not-compared' }
  return { ...counted, outcome: counted.seen === counted.expected ? 'holds' : 'differs' }
}

function compareHash(expected: ExpectedHash, { hash: seen, version }: SeenRestored): Comparison {
  const compared = { what: 'hash' as const, expected: BigInt(expected.hash), seen: seen && BigInt(seen.hash) }
  if (seen?.hash === expected.hash) return { ...compared, outcome: 'holds' }
  const because = whyIncomparable(expected, seen, version)
  return because ? { ...compared, outcome: 'not-comparable', because } : { ...compared, outcome: 'differs' }
}

function whyIncomparable(
  expected: ExpectedHash,
  seen: SeenHash | undefined,
  version: string,
): Incomparable | undefined {
  if (!seen) return 'hash-not-told'
  if (seen.compactRevision !== expected.compactRevision) return 'compact-revision-differs'
  const revisions = [seen.hashRevision, expected.hashRevision]
  if (!revisions.includes(undefined) && seen.hashRevision !== expected.hashRevision) return 'hash-revision-differs'
  return isSameTombstoneRule(expected.serverVersion, version) ? undefined : 'versions-hash-otherwise'
}
