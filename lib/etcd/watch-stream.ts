import { Duplex } from 'node:stream'
import { status } from '@grpc/grpc-js'
import type { IEvent, IWatchCreateRequest, IWatchResponse } from 'etcd3'
import { WatchClient } from 'etcd3'
import { AppError } from '#lib/errors.ts'
import type { Caller } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import { toEtcdError } from './errors.ts'
import type { KeyEvent } from './key-event.ts'
import type { KeyRange } from './keys.ts'
import { toKeyValue } from './keys.ts'
import type { Call } from './make-call.ts'
import { readStream } from './read-stream.ts'

export interface WatchQuestion {
  readonly range: KeyRange
  /** The first revision wanted; what comes from now on without it. */
  readonly fromRevision?: bigint
  readonly withPrevious?: boolean
  readonly only?: 'put' | 'delete'
  /** To watch at this member and no other. */
  readonly endpoint?: EtcdEndpoint
  readonly signal?: AbortSignal
}

export interface WatchAnswer {
  readonly isCreated: boolean
  /** Whether more of the same answer follows. */
  readonly isFragment: boolean
  readonly revision: bigint
  readonly events: readonly KeyEvent[]
}

type StreamQuestion = Omit<WatchQuestion, 'fromRevision'> & {
  endpoint: EtcdEndpoint
  signal: AbortSignal
  fromRevision: bigint | undefined
}

const filters = { put: ['Nodelete'], delete: ['Noput'] } as const

/** One watch on one connection, until that breaks. */
export function openWatch(caller: Caller, question: StreamQuestion): AsyncGenerator<WatchAnswer> {
  const { endpoint, signal } = question
  return caller.stream(endpoint, { kind: { name: 'Watch/Watch', hasLargeAnswer: true }, signal }, (call) =>
    answersOf(call, question),
  )
}

async function* answersOf(call: Call, question: StreamQuestion): AsyncGenerator<WatchAnswer> {
  // A member that has lost its leader would otherwise be silent, which looks like a quiet cluster.
  call.metadata.set('hasleader', 'true')
  const stream = await new WatchClient(call.rpc).watch()
  if (!(stream instanceof Duplex)) throw new Error('gRPC gives streams that are none of Node')
  stream.write({ create_request: toRequest(question) })
  for await (const answer of readStream<IWatchResponse>(stream, call)) {
    if (answer.canceled) throw cancelled(answer, call, question)
    yield {
      isCreated: answer.created,
      isFragment: answer.fragment,
      revision: BigInt(answer.header.revision),
      events: answer.events.map(toKeyEvent),
    }
  }
}

function toRequest({ range, fromRevision, withPrevious = false, only }: StreamQuestion): IWatchCreateRequest {
  return {
    key: range.key.length === 0 ? Buffer.from([0]) : range.key,
    ...(range.end === undefined ? {} : { range_end: range.end }),
    start_revision: String(fromRevision ?? 0n),
    progress_notify: true,
    prev_kv: withPrevious,
    // Else everything since a revision long ago comes as one message of any size.
    fragment: true,
    ...(only === undefined ? {} : { filters: [...filters[only]] }),
  }
}

function cancelled(
  { compact_revision, cancel_reason }: IWatchResponse,
  { failed }: Call,
  { fromRevision }: StreamQuestion,
): AppError {
  if (BigInt(compact_revision) === 0n) return toEtcdError({ code: status.UNKNOWN, details: cancel_reason }, failed)
  return new AppError('etcd-compacted', `Revision ${fromRevision} is gone: compacted at ${compact_revision}`, {
    details: {
      endpoint: failed.endpoint,
      compactRevision: compact_revision,
      wantedRevision: String(fromRevision ?? 0n),
    },
  })
}

function toKeyEvent({ type, kv, prev_kv }: IEvent): KeyEvent {
  const previous: IEvent['prev_kv'] | null = prev_kv
  return {
    kind: type === 'Put' ? 'put' : 'delete',
    entry: toKeyValue(kv),
    previous: previous === null ? undefined : toKeyValue(previous),
  }
}
