import type { ObjectStore, StoredObject } from '#lib/storage/object-store.ts'

export interface FoundObject {
  readonly key: string
  readonly sizeBytes: number
}

/** What lies in one folder below a team's: that of a cluster, or one of nobody's. */
export interface FolderListing {
  /** Empty for what lies in no folder. */
  readonly folder: string
  readonly objects: readonly FoundObject[]
}

/** Everything of a team, folder by folder: of a fleet's objects, those of one cluster are in memory at a time. */
export async function* listByCluster(
  store: ObjectStore,
  { tenantId, signal }: { tenantId: string; signal: AbortSignal },
): AsyncGenerator<FolderListing> {
  const prefix = `tenant/${tenantId}/`
  let objects: FoundObject[] = []
  let folder = ''
  for await (const { key, sizeBytes } of listAll(store, { prefix, signal })) {
    const next = folderOf(key.slice(prefix.length))
    if (next !== folder && objects.length > 0) {
      yield { folder, objects }
      objects = []
    }
    folder = next
    objects.push({ key, sizeBytes })
  }
  if (objects.length > 0) yield { folder, objects }
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('/')))
}

async function* listAll(
  store: ObjectStore,
  { prefix, signal }: { prefix: string; signal: AbortSignal },
): AsyncGenerator<StoredObject> {
  let after: string | undefined
  do {
    const page = await store.list(prefix, { after, signal })
    yield* page.objects
    after = page.next
  } while (after !== undefined)
}
