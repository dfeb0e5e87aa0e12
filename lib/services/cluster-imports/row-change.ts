import type { ImportCluster, UpdateCluster } from '#lib/contracts/clusters.ts'

/**
 * What a row says of a cluster that is there already: only the fields the file names, since the defaults of the others must
 * not undo what was set by hand.
 */
export function changeSaidBy(input: Record<string, unknown>, body: ImportCluster): UpdateCluster {
  const { name: _theSame, ...rest } = body
  const named = Object.entries(rest).filter(([field]) => field in input)
  return { acceptFailing: false, acceptAnother: false, ...Object.fromEntries(named) }
}
