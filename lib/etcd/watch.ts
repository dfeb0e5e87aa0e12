import { setTimeout as wait } from 'node:timers/promises'
import { AppError, toAppError } from '#lib/errors.ts'
import type { Caller } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import { formatEndpoint } from './connection.ts'
import type { KeyEvent } from './key-event.ts'
import { ResumePoint } from './resume-point.ts'
import type { WatchAnswer, WatchQuestion } from './watch-stream.ts'
import { openWatch } from './watch-stream.ts'

export type WatchMessage =
  /** Connected, for the first time or again; every event after `revision - 1` will come. */
  | { readonly kind: 'connected'; readonly endpoint: EtcdEndpoint; readonly revision: bigint }
  /** In the order of their revisions; those of one revision may be spread over two messages. */
  | { readonly kind: 'events'; readonly events: readonly KeyEvent[]; readonly revision: bigint }
  /** Nothing up to `revision` is still to come: what a reader may note as its place while all is quiet. */
  | { readonly kind: 'progress'; readonly revision: bigint }
  /** The connection was lost and is being made anew; nothing is missed. */
  | { readonly kind: 'interrupted'; readonly problem: AppError }

const pauseMinMs = 100
const pauseMaxMs = 5000

/** What a new connection, maybe to another member, can mend. */
const weather: ReadonlySet<string> = new Set([
  'etcd-unavailable',
  'etcd-no-leader',
  'etcd-timeout',
  'etcd-learner',
  'etcd-busy',
  'etcd-failed',
  'connection-refused',
  'name-lookup-failed',
])

export function watchCalls(caller: Caller) {
  return {
    /**
     * Changes of a range, each exactly once and in order, over lost connections: it goes on at the revision after the last
     * one given. Messages are read as they are asked for, so a slow reader holds the etcd back and not our memory.
     *
     * Ends when the signal is aborted. @throws AppError `etcd-compacted` when what comes next is gone, with
     * `details.compactRevision`; `etcd-permission-denied`; what connecting says when no endpoint answers at first
     */
    watch: (question: WatchQuestion): AsyncGenerator<WatchMessage> => watchOn(caller, question),
  }
}

async function* watchOn(caller: Caller, question: WatchQuestion): AsyncGenerator<WatchMessage> {
  const endpoints = question.endpoint ? [question.endpoint] : caller.access.endpoints
  const signal = question.signal ?? new AbortController().signal
  const place = new ResumePoint(question.fromRevision)
  const patience = new Patience(endpoints.length)
  for (const endpoint of rounds(endpoints, signal)) {
    const answers = openWatch(caller, { ...question, endpoint, signal, fromRevision: place.next })
    for await (const message of toldUntilBroken(answers, place, endpoint)) {
      if (signal.aborted) return
      patience.judge(message)
      yield message
    }
    await pause(patience.failuresInRow, signal)
  }
}

/** Before the first connection every endpoint is tried once; afterwards they are for as long as it takes. */
class Patience {
  failuresInRow = 0
  #failuresLeft: number

  constructor(failuresLeft: number) {
    this.#failuresLeft = failuresLeft
  }

  /** Throws the problem that waiting does not mend. */
  judge(message: WatchMessage): void {
    if (message.kind !== 'interrupted') {
      this.#failuresLeft = Number.POSITIVE_INFINITY
      this.failuresInRow = 0
      return
    }
    this.#failuresLeft -= 1
    this.failuresInRow += 1
    if (this.#failuresLeft <= 0 || !weather.has(message.problem.code)) throw message.problem
  }
}

async function* toldUntilBroken(...watch: Parameters<typeof told>): AsyncGenerator<WatchMessage> {
  try {
    yield* told(...watch)
  } catch (cause) {
    yield { kind: 'interrupted', problem: toAppError(cause) }
  }
}

function* rounds(endpoints: readonly EtcdEndpoint[], signal: AbortSignal): Generator<EtcdEndpoint> {
  if (endpoints.length === 0) throw new AppError('etcd-unavailable', 'The cluster has no endpoints')
  while (!signal.aborted) yield* endpoints
}

async function* told(
  answers: AsyncIterable<WatchAnswer>,
  place: ResumePoint,
  endpoint: EtcdEndpoint,
): AsyncGenerator<WatchMessage> {
  for await (const answer of answers) {
    if (answer.isCreated) {
      place.begin(answer.revision)
      yield { kind: 'connected', endpoint, revision: place.next ?? answer.revision }
    } else if (answer.events.length === 0) {
      place.reach(answer.revision)
      yield { kind: 'progress', revision: answer.revision }
    } else {
      const events = place.take(answer.events, answer.isFragment)
      if (events.length > 0) yield { kind: 'events', events, revision: answer.revision }
    }
  }
  const where = formatEndpoint(endpoint)
  throw new AppError('etcd-unavailable', `${where} ended the watch`, {
    details: { endpoint: where, reason: 'connection-reset' },
  })
}

/** Half of it by chance, so that the watches of a restarted member do not come back all at once. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const atMostMs = Math.min(pauseMaxMs, pauseMinMs * 2 ** Math.min(failures, 10))
  await wait(atMostMs / 2 + Math.random() * (atMostMs / 2), undefined, { signal }).catch(() => undefined)
}
