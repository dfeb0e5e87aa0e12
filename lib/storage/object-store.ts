/**
 * A place where backups lie: a bucket or a directory. Every implementation passes one suite
 * (`tests/support/object-store-suite.ts`). Keys are those of `object-key.ts`; sizes and offsets are bytes.
 *
 * What every method can throw besides what it says itself: `storage-denied` (with the missing permission in
 * `details.permission`), `storage-credentials`, `storage-clock-skew`, `storage-no-bucket`, `storage-region`, `storage-refused`;
 * after its retries `storage-unavailable`, `storage-slow-down`, `storage-bad-answer`, `timed-out`, and what `lib/net` says about
 * connections and certificates; the signal's reason when it is aborted.
 */
export interface ObjectStore {
  readonly capabilities: StoreCapabilities

  /**
   * Writes an object in one piece; meant for small ones, since the whole lies in memory. Done means that the store has it.
   * With `ifAbsent` what is there already is never overwritten; what an attempt of this very call left there, whose answer got
   * lost, is not taken for somebody else's.
   *
   * @throws AppError `storage-object-exists`, `storage-full`
   */
  put(key: string, bytes: Uint8Array, options: WriteOptions): Promise<StoredObject>

  /** Begins an object of unknown length. Nothing is seen under the key until `complete`. The signal ends the whole upload. */
  startUpload(key: string, options?: StoreCallOptions): Promise<Upload>

  /** What lies under a key; undefined where nothing does. */
  head(key: string, options?: StoreCallOptions): Promise<StoredObject | undefined>

  /**
   * Opens an object, or the bytes from `start` up to but not including `end`; a range past the end gives what there is.
   *
   * @throws AppError `storage-object-missing`
   */
  read(key: string, options?: ReadOptions): Promise<ObjectBody>

  /**
   * One page of the objects below a prefix, in the order of their keys' bytes. A prefix is empty or ends with a slash, so that
   * `a/foo/` never shows `a/foo-2/`.
   */
  list(prefix: string, options?: ListOptions): Promise<ObjectPage>

  /** Removes an object; one that is not there is as good as removed. */
  delete(key: string, options?: StoreCallOptions): Promise<void>

  /**
   * Uploads below a prefix that were neither completed nor aborted, those under way included: whoever cleans up goes by
   * `startedAt`. A store that cannot list them gives none; their ids are known to whoever started them.
   */
  listUploads(prefix: string, options?: StoreCallOptions): Promise<PendingUpload[]>

  /** Ends an upload of any process, with all its bytes; one that is not there is as good as ended. */
  abortUpload(upload: UploadName, options?: StoreCallOptions): Promise<void>

  /** The same place, used with what a probe found out about it. */
  withCapabilities(capabilities: StoreCapabilities): ObjectStore

  /** Where it is, in words that are safe to log and to show. */
  describe(): string

  /** Gives up connections; the store is not used afterwards. */
  close(): void
}

/** What a place can do, as `probeStore` found it; what is not known to work is not used. */
export interface StoreCapabilities {
  /** The store itself refuses to overwrite on request; else it is asked first, and two writers at the same moment may both win. */
  readonly conditionalPut: boolean
  /** The same for the end of an upload. */
  readonly conditionalComplete: boolean
  readonly multipart: boolean
  readonly rangedGet: boolean
  readonly listUploads: boolean
  /** An etag is the MD5 of what was sent, so that it proves what arrived. */
  readonly etagIsMd5: boolean
}

export interface StoreCallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface WriteOptions extends StoreCallOptions {
  readonly ifAbsent: boolean
}

export interface ReadOptions extends StoreCallOptions {
  readonly start?: number
  readonly end?: number
}

export interface ListOptions extends StoreCallOptions {
  /** Only keys behind this one: `next` of the page before. */
  readonly after?: string | undefined
  /** Objects a page holds at most; 1 to 1000, 1000 unless given. */
  readonly limit?: number
}

export interface StoredObject {
  readonly key: string
  readonly sizeBytes: number
  /** Opaque; another one means other bytes. Without quotes. */
  readonly etag: string
  /** By the clock of the store. */
  readonly lastModified: Date
}

export interface ObjectPage {
  readonly objects: readonly StoredObject[]
  /** Where the next page begins; absent on the last one. */
  readonly next?: string
}

/**
 * The bytes of an object, once: read to the end, or disposed of. A connection that breaks is taken up again where it broke, as
 * long as the object is the same.
 *
 * @throws AppError while it is read, `storage-bad-answer` where the object changed, comes with other bytes than its length, or
 * (whole objects, where the etag is an MD5) with another checksum
 */
export interface ObjectBody extends AsyncIterable<Uint8Array>, AsyncDisposable {
  /** Of the whole object, whatever part of it was asked for. */
  readonly sizeBytes: number
  readonly etag: string
}

export interface UploadName {
  readonly key: string
  /** The store's own name of this upload. */
  readonly id: string
}

export interface PendingUpload extends UploadName {
  readonly startedAt: Date
}

/**
 * An object on its way. Disposing of it aborts it unless it was completed, and never throws, so that what went wrong before is
 * heard; what could not be taken away then is found by `listUploads`.
 */
export interface Upload extends UploadName, AsyncDisposable {
  /**
   * Takes bytes, which may be used for something else as soon as it is done; waits where the store is slower. One call at a
   * time. After a failure nothing is left to do but to abort.
   *
   * @throws AppError `storage-full`, `storage-upload-missing`; `storage-refused` past 100 GiB
   */
  write(bytes: Uint8Array): Promise<void>

  /**
   * Makes it one object. Done means that the store was asked again and has an object of this length, with the right checksum
   * where it tells one. An answer that is lost is not guessed: the store is asked what became of it.
   *
   * @throws AppError `storage-object-exists` with `ifAbsent`; abort it then, as after any failure
   */
  complete(options: { readonly ifAbsent: boolean }): Promise<StoredObject>

  /** Leaves nothing, neither parts nor, where the end was unclear, the object. Does nothing to what was completed. */
  abort(): Promise<void>
}
