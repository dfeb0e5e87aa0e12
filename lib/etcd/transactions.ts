import type { ICompare, IRequestOp, ITxnResponse } from 'etcd3'
import { KVClient } from 'etcd3'
import type { Caller, PlacedOptions } from './caller.ts'
import type { EtcdHeader } from './header.ts'
import { toHeader } from './header.ts'
import type { KeyRange, KeyValue } from './keys.ts'
import { toKeyValue } from './keys.ts'

/** What has to hold for a transaction to do what it is for. A key that is absent has revisions, version and lease 0. */
export type Comparison =
  | { readonly key: Buffer; readonly modRevision: bigint; readonly is?: Relation }
  | { readonly key: Buffer; readonly createRevision: bigint; readonly is?: Relation }
  | { readonly key: Buffer; readonly version: bigint; readonly is?: Relation }
  | { readonly key: Buffer; readonly value: Buffer; readonly is?: Relation }
  | { readonly key: Buffer; readonly lease: bigint; readonly is?: Relation }

type Relation = 'equal' | 'not-equal' | 'greater' | 'less'

export type Operation =
  | { readonly put: { readonly key: Buffer; readonly value: Buffer; readonly lease?: bigint } }
  | { readonly delete: KeyRange }
  | { readonly get: KeyRange }

export interface Transaction extends PlacedOptions {
  /** All of them have to hold, else `otherwise` is done; none always hold. */
  readonly when?: readonly Comparison[]
  readonly perform: readonly Operation[]
  readonly otherwise?: readonly Operation[]
}

export interface TransactionResult {
  readonly header: EtcdHeader
  /** Whether `perform` was done, not `otherwise`. */
  readonly isDone: boolean
  /** One per operation done: what a `get` found, how many keys a `delete` took. */
  readonly results: readonly { readonly entries: readonly KeyValue[]; readonly deletedCount: bigint }[]
}

/** What a guarded write came to; a lost race shows what is there now, so that a person can merge. */
export type GuardedWrite =
  | { readonly outcome: 'written'; readonly revision: bigint }
  | { readonly outcome: 'changed'; readonly current: KeyValue | undefined }

interface GuardedPut extends PlacedOptions {
  readonly key: Buffer
  readonly value: Buffer
  readonly lease?: bigint
  /** The revision the writer saw; 0n for a key that was not there. */
  readonly expectedModRevision: bigint
}

const relations = { equal: 'Equal', 'not-equal': 'NotEqual', greater: 'Greater', less: 'Less' } as const

export function transactionCalls(caller: Caller) {
  /** Everything or nothing, at one revision; at most 128 operations at an etcd as it comes. Never sent twice. */
  const transact = async ({
    when = [],
    perform,
    otherwise = [],
    ...options
  }: Transaction): Promise<TransactionResult> => {
    const request = {
      compare: when.map(toCompare),
      success: perform.map(toRequestOp),
      failure: otherwise.map(toRequestOp),
    }
    const isWrite = [...perform, ...otherwise].some((operation) => !('get' in operation))
    return await caller.call({ name: 'KV/Txn', isWrite, hasLargeAnswer: true, ...options }, async ({ rpc }) =>
      toResult(await new KVClient(rpc).txn(request)),
    )
  }

  const guarded = async (
    key: Buffer,
    write: Operation,
    { expectedModRevision, ...options }: Omit<GuardedPut, 'key' | 'value'>,
  ) => {
    const when = [{ key, modRevision: expectedModRevision }]
    const { isDone, header, results } = await transact({
      when,
      perform: [write],
      otherwise: [{ get: { key } }],
      ...options,
    })
    const current = results[0]?.entries[0]
    return isDone
      ? { outcome: 'written' as const, revision: header.revision }
      : { outcome: 'changed' as const, current }
  }

  return {
    transact,

    /** Writes a key if nobody has changed it since it was read. */
    put: ({ key, value, lease = 0n, ...rest }: GuardedPut): Promise<GuardedWrite> =>
      guarded(key, { put: { key, value, lease } }, rest),

    /** Deletes a key if nobody has changed it since it was read. */
    delete: ({ key, ...rest }: Omit<GuardedPut, 'value' | 'lease'>): Promise<GuardedWrite> =>
      guarded(key, { delete: { key } }, rest),
  }
}

function toCompare(comparison: Comparison): ICompare {
  const { key } = comparison
  const result = relations[comparison.is ?? 'equal']
  if ('modRevision' in comparison) return { key, result, target: 'Mod', mod_revision: String(comparison.modRevision) }
  if ('createRevision' in comparison)
    return { key, result, target: 'Create', create_revision: String(comparison.createRevision) }
  if ('version' in comparison) return { key, result, target: 'Version', version: String(comparison.version) }
  if ('lease' in comparison) return { key, result, target: 'Lease', lease: String(comparison.lease) }
  return { key, result, target: 'Value', value: comparison.value }
}

function toRequestOp(operation: Operation): IRequestOp {
  if ('put' in operation) {
    const { key, value, lease = 0n } = operation.put
    return { request_put: { key, value, lease: String(lease) } }
  }
  if ('delete' in operation) return { request_delete_range: toRange(operation.delete) }
  return { request_range: toRange(operation.get) }
}

function toRange({ key, end }: KeyRange): { key: Buffer; range_end?: Buffer } {
  return end === undefined ? { key } : { key, range_end: end }
}

function toResult({ header, succeeded, responses }: ITxnResponse): TransactionResult {
  return {
    header: toHeader(header),
    isDone: succeeded,
    results: responses.map((response) => ({
      entries: (response.response_range?.kvs ?? []).map(toKeyValue),
      deletedCount: BigInt(response.response_delete_range?.deleted ?? 0),
    })),
  }
}
