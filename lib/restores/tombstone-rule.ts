/** First patches that keep a deletion made at the very revision compacted at, and hash it (etcd-io/etcd PRs 18274, 18475). */
const keepingFrom: Readonly<Record<string, number>> = { '3.4': 34, '3.5': 16 }

/**
 * Whether two etcd versions hash the same data to the same number. Those before and after that change do not where a key was
 * deleted at the compact revision, which happens to any cluster now and then. Of a version nobody can read it is not known.
 */
export function isSameTombstoneRule(a: string, b: string): boolean {
  const [ofA, ofB] = [keepsTombstone(a), keepsTombstone(b)]
  return ofA !== undefined && ofA === ofB
}

function keepsTombstone(version: string): boolean | undefined {
  const [, minor = '', patch = ''] = /^(\d+\.\d+)\.(\d+)/.exec(version) ?? []
  if (minor === '') return undefined
  return Number(patch) >= (keepingFrom[minor] ?? 0)
}
