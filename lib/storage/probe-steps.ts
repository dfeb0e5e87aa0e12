import { AppError } from '#lib/errors.ts'
import type { ObjectStore, StoreCapabilities, Upload } from './object-store.ts'
import { isUnclear } from './retry.ts'
import { md5Of } from './s3-etag.ts'

export type StepOutcome = 'pass' | 'not-supported'

/** A place while it is tried out. */
export interface ProbedPlace {
  readonly store: ObjectStore
  /** A prefix of the probe's own. */
  readonly folder: string
  readonly signal: AbortSignal
  /** What is known so far; steps add to it. */
  found: StoreCapabilities
  /** Begun and perhaps not ended. */
  readonly uploads: Upload[]
  /** Written and perhaps still there. */
  readonly keys: Set<string>
}

interface Step<Name extends string> {
  readonly name: Name
  /** Steps without which this one says nothing. */
  readonly needs: readonly string[]
  /** Whether backups cannot do without it. */
  readonly isNeeded: boolean
  readonly take: (place: ProbedPlace) => Promise<StepOutcome>
}

const content = Buffer.from('Kstone tries whether backups can be kept here.')
const otherContent = Buffer.from('Nobody may ever read this under the same name.')

export const probeSteps = [
  step('put', { isNeeded: true }, async ({ store, folder, keys, signal }) => {
    const key = `${folder}object`
    try {
      keys.add(key)
      await store.put(key, content, { ifAbsent: false, signal })
    } catch (error) {
      // A put looks at what it has put; whether that is allowed is the next step's.
      if (isOfLook(error)) return 'pass'
      if (!isUnclear(error)) keys.delete(key)
      throw error
    }
    return 'pass'
  }),
  step('head', { needs: ['put'], isNeeded: true }, async (place) => {
    const stored = await place.store.head(`${place.folder}object`, place)
    if (stored?.sizeBytes !== content.length) throw wrong(`an object of ${stored?.sizeBytes ?? 'no'} bytes`)
    know(place, { etagIsMd5: stored.etag === md5Of(content).toString('hex') })
    return 'pass'
  }),
  step('get', { needs: ['put'], isNeeded: true }, async ({ store, folder, signal }) => {
    const text = await readAll(store, `${folder}object`, { signal })
    if (!text.equals(content)) throw wrong('other bytes than were put')
    return 'pass'
  }),
  step('ranged-get', { needs: ['get'], isNeeded: false }, async (place) => {
    const { store, folder, signal } = place
    const text = await unless('storage-bad-answer', () =>
      readAll(store, `${folder}object`, { start: 7, end: 12, signal }),
    )
    if (!text?.equals(content.subarray(7, 12))) return 'not-supported'
    know(place, { rangedGet: true })
    return 'pass'
  }),
  step('list', { isNeeded: true }, async ({ store, folder, keys, signal }) => {
    const { objects } = await store.list(folder, { signal })
    const isListed = objects.some(({ key, sizeBytes }) => key === `${folder}object` && sizeBytes === content.length)
    if (!isListed && keys.has(`${folder}object`)) throw wrong('a listing without what was put')
    return 'pass'
  }),
  step('conditional-put', { needs: ['head'], isNeeded: false }, async (place) => {
    const { store, folder, signal } = place
    const asking = store.withCapabilities({ ...place.found, conditionalPut: true })
    place.keys.add(`${folder}conditional`)
    const put = (bytes: Buffer) => asking.put(`${folder}conditional`, bytes, { ifAbsent: true, signal })
    if ((await unless('storage-refused', () => put(content))) === undefined) return 'not-supported'
    if (!(await isRefused(() => put(otherContent)))) return 'not-supported'
    know(place, { conditionalPut: true })
    return 'pass'
  }),
  step('overwrite-refused', { needs: ['head', 'get'], isNeeded: true }, async ({ store, folder, found, signal }) => {
    const careful = store.withCapabilities(found)
    const key = `${folder}object`
    const isKept = await isRefused(() => careful.put(key, otherContent, { ifAbsent: true, signal }))
    if (isKept && (await readAll(store, key, { signal })).equals(content)) return 'pass'
    throw wrong('an object that was overwritten')
  }),
  step('multipart', { needs: ['head'], isNeeded: true }, async (place) => {
    const upload = await begin(place, 'parts')
    await upload.write(content)
    place.keys.add(upload.key)
    await upload.complete({ ifAbsent: false })
    know(place, { multipart: true })
    return 'pass'
  }),
  step('conditional-complete', { needs: ['multipart'], isNeeded: false }, async (place) => {
    const upload = await begin(place, 'parts', { conditionalComplete: true })
    await upload.write(otherContent)
    const complete = () => upload.complete({ ifAbsent: true })
    if (!(await isRefused(() => unless('storage-refused', complete)))) return 'not-supported'
    know(place, { conditionalComplete: true })
    return 'pass'
  }),
  step('list-uploads', { needs: ['multipart'], isNeeded: false }, async (place) => {
    const upload = await begin(place, 'never')
    const asking = place.store.withCapabilities({ ...place.found, listUploads: true })
    const listed = await unless('storage-refused', () => asking.listUploads(place.folder, place))
    if (!listed?.some(({ id }) => id === upload.id)) return 'not-supported'
    know(place, { listUploads: true })
    return 'pass'
  }),
  step('abort', { needs: ['multipart'], isNeeded: true }, async (place) => {
    const upload = await begin(place, 'never')
    await upload.write(content)
    await upload.abort()
    if (await place.store.head(upload.key, place)) throw wrong('an object that was never completed')
    return 'pass'
  }),
  step('delete', { isNeeded: true }, async ({ store, folder, keys, signal }) => {
    const key = `${folder}object`
    await store.delete(key, { signal })
    const { objects } = await store.list(folder, { signal }).catch(() => ({ objects: [] }))
    if (objects.some((object) => object.key === key)) throw wrong('an object that was deleted')
    keys.delete(key)
    return 'pass'
  }),
] as const

function step<Name extends string>(
  name: Name,
  { needs = [], isNeeded }: { needs?: readonly string[]; isNeeded: boolean },
  take: Step<Name>['take'],
): Step<Name> {
  return { name, needs, isNeeded, take }
}

async function begin(place: ProbedPlace, name: string, known: Partial<StoreCapabilities> = {}): Promise<Upload> {
  const asking = place.store.withCapabilities({ ...place.found, ...known })
  const upload = await asking.startUpload(`${place.folder}${name}`, { signal: place.signal })
  place.uploads.push(upload)
  return upload
}

function know(place: ProbedPlace, more: Partial<StoreCapabilities>): void {
  place.found = { ...place.found, ...more }
}

function isOfLook(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'storage-denied') return false
  return error.details.permission === 's3:GetObject'
}

async function readAll(
  store: ObjectStore,
  key: string,
  options: { start?: number; end?: number; signal: AbortSignal },
): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of await store.read(key, options)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Undefined where it fails with this code. */
async function unless<Result>(code: AppError['code'], work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.code === code) return
    throw error
  }
}

async function isRefused(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return false
  } catch (error) {
    if (error instanceof AppError && error.code === 'storage-object-exists') return true
    throw error
  }
}

function wrong(said: string): AppError {
  return new AppError('storage-bad-answer', `The storage has ${said}`, { details: { said } })
}
