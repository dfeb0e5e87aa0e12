import type { IKeyValue, IRangeRequest } from 'etcd3'
import { KVClient } from 'etcd3'
import { AppError } from '#lib/errors.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import type { EtcdHeader } from './header.ts'
import { toHeader } from './header.ts'

/** From `key` up to, not including, `end`; without `end` that one key. `end` of one zero byte means to the very last key. */
export interface KeyRange {
  readonly key: Buffer
  readonly end?: Buffer | undefined
}

export interface KeyValue {
  readonly key: Buffer
  /** Empty where only keys were asked for. */
  readonly value: Buffer
  readonly createRevision: bigint
  readonly modRevision: bigint
  readonly version: bigint
  /** 0 when it is bound to none. */
  readonly lease: bigint
}

export interface PageQuestion extends PlacedOptions {
  readonly range: KeyRange
  /** At most 500 unless somebody says more: one page of a browser, kind to the etcd. */
  readonly limit?: number
  readonly keysOnly?: boolean
  /** As it was then, 0 for now. All pages of one walk should name the revision of the first. */
  readonly revision?: bigint
  /** By default any member answers from what it has; otherwise the cluster agrees first. */
  readonly isLinearizable?: boolean
  /** What the values of a page may weigh together; a page ends early rather than to weigh more, but has one key at least. */
  readonly sizeMaxBytes?: number
}

export interface KeyPage {
  readonly header: EtcdHeader
  readonly entries: readonly KeyValue[]
  /** Of the whole range, whatever the page holds; etcd counts it in any case. */
  readonly count: bigint
  /** Where the next page begins; absent after the last. */
  readonly next: Buffer | undefined
}

const pageKeysMax = 500
const pageSizeMaxBytes = 1024 * 1024
const zero = Buffer.from([0])

/** The range of all keys that begin with `prefix`; of all keys, for an empty one. */
export function prefixRange(prefix: Buffer): KeyRange {
  if (prefix.length === 0) return { key: zero, end: zero }
  const end = Buffer.from(prefix)
  for (let index = end.length - 1; index >= 0; index -= 1) {
    const byte = end[index] ?? 0xff
    if (byte === 0xff) continue
    end[index] = byte + 1
    return { key: prefix, end: end.subarray(0, index + 1) }
  }
  return { key: prefix, end: zero }
}

export function keyCalls(caller: Caller) {
  const read = (question: PageQuestion, request: IRangeRequest) => readRange(caller, question, request)

  /** One page of a range in the order of the keys, as they are sorted anyway: etcd is never asked to sort. */
  const page = async (question: PageQuestion): Promise<KeyPage> => {
    const { limit = pageKeysMax, keysOnly = false, sizeMaxBytes = pageSizeMaxBytes } = question
    const answer = await read(question, { limit, keys_only: keysOnly }).catch((error: unknown) => {
      if (limit === 1 || !(error instanceof AppError) || error.code !== 'etcd-too-large') throw error
    })
    // Values of a megabyte each: the same page again, of fewer keys.
    if (answer === undefined) return await page({ ...question, limit: Math.max(1, limit >> 3) })
    const all = answer.kvs.map(toKeyValue)
    const entries = all.slice(0, lengthWithin(all, sizeMaxBytes))
    const last = entries.at(-1)
    const hasMore = answer.more || entries.length < all.length
    return {
      header: toHeader(answer.header),
      entries,
      count: BigInt(answer.count),
      next: hasMore && last ? Buffer.concat([last.key, zero]) : undefined,
    }
  }

  return {
    page,

    /** How many keys a range has; costs the etcd a walk over its index, no values. */
    count: async (
      question: Omit<PageQuestion, 'limit' | 'keysOnly'>,
    ): Promise<{ header: EtcdHeader; count: bigint }> => {
      const answer = await read(question, { count_only: true })
      return { header: toHeader(answer.header), count: BigInt(answer.count) }
    },

    /** One key, or `undefined` when it is not there. */
    find: async (key: Buffer, options: Omit<PageQuestion, 'range' | 'limit'> = {}): Promise<KeyValue | undefined> => {
      const { entries } = await page({ ...options, range: { key }, sizeMaxBytes: Number.POSITIVE_INFINITY })
      return entries[0]
    },

    /** All pages of a range as they were at one revision: the first page's, unless one is given. */
    pages: async function* (question: PageQuestion): AsyncGenerator<KeyPage> {
      const { limit = pageKeysMax, sizeMaxBytes = pageSizeMaxBytes, range } = question
      let { revision } = question
      let next: PageQuestion = { ...question, limit }
      for (;;) {
        const found = await page(next)
        yield found
        // The header tells the revision of the moment, whatever revision was asked for: only the first is this walk's.
        revision ||= found.header.revision
        if (found.next === undefined) return
        // etcd bounds a page by its keys alone: the weight of this one tells how many the next may have.
        const fitting = Math.floor((sizeMaxBytes * found.entries.length) / weightOf(found.entries))
        next = {
          ...question,
          revision,
          range: { ...range, key: found.next },
          limit: Math.min(limit, Math.max(1, fitting)),
        }
      }
    },
  }
}

async function readRange(caller: Caller, question: PageQuestion, request: IRangeRequest) {
  const { range, revision = 0n, isLinearizable = false } = question
  const asked = {
    key: range.key.length === 0 ? zero : range.key,
    ...(range.end === undefined ? {} : { range_end: range.end }),
    revision: String(revision),
    serializable: !isLinearizable,
    ...request,
  }
  const call = { ...optionsOf(question), name: 'KV/Range', hasLargeAnswer: request.count_only !== true }
  return await caller.call(call, ({ rpc }) => new KVClient(rpc).range(asked))
}

function optionsOf({ endpoint, signal, timeoutMs }: PlacedOptions): PlacedOptions {
  return { endpoint, signal, timeoutMs }
}

function weightOf(entries: readonly KeyValue[]): number {
  return entries.reduce((sizeBytes, { key, value }) => sizeBytes + key.length + value.length, 0)
}

/** How many entries from the first weigh no more than the bound together. */
function lengthWithin(entries: readonly KeyValue[], sizeMaxBytes: number): number {
  let sizeBytes = 0
  const over = entries.findIndex(({ key, value }) => {
    sizeBytes += key.length + value.length
    return sizeBytes > sizeMaxBytes
  })
  return over === -1 ? entries.length : Math.max(over, 1)
}

export function toKeyValue({ key, value, create_revision, mod_revision, version, lease }: IKeyValue): KeyValue {
  return {
    key,
    value,
    createRevision: BigInt(create_revision),
    modRevision: BigInt(mod_revision),
    version: BigInt(version),
    lease: BigInt(lease),
  }
}
