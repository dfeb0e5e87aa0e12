import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** What takes longest of each level: begun last, it would run on alone while the other places are empty. */
const longest = [
  ...['integration/isolation', 'integration/attacks', 'integration/cluster-imports', 'integration/backup-faults-kept'],
  ...['contract/storage-faults', 'contract/snapshot-file'],
  ...['e2e/pages', 'e2e/pages-of-fleet', 'e2e/clusters', 'e2e/backups'],
  ...['waiting/backup-workers-killed', 'waiting/quiet-fleet', 'waiting/backup-faults-older-etcd'],
  ...['waiting/backup-faults-newer-etcd', 'waiting/jobs-workers', 'waiting/backup-ladder', 'waiting/backup-members'],
]

/** The order of test files where no earlier run tells how long each of them takes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
  return place < 0 ? longest.length : place
}
