import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { Admission, ClusterFacts, Fact, Problem } from '../facts.ts'
import { isSeen } from '../facts.ts'
import type { Entrance } from './list-members.ts'
import { knockMs } from './list-members.ts'
import { factOf, notKnown, problemOf } from './problem.ts'

interface Question {
  readonly entrance: Entrance
  readonly list: ClusterFacts['list']
  /** Undefined where no member was reached. */
  readonly endpoint: EtcdEndpoint | undefined
  readonly at: Date
  /** Of `performance.now()`: nothing is begun that could last longer. */
  readonly endsMs: number
  readonly signal: AbortSignal
}

/** Whether we are let in, by one key at one member. A password that was refused is not tried again. */
export async function askAdmission(question: Question): Promise<Fact<Admission>> {
  const { entrance, list, endpoint, at, endsMs, signal } = question
  if (entrance.refusal) return told({ at: new Date(), problem: problemOf(entrance.refusal) }, entrance)
  if (endpoint === undefined) return isSeen(list) ? notKnown(at, 'etcd-unavailable') : told(list, entrance)
  if (performance.now() + knockMs > endsMs) return notKnown(at, 'not-asked')
  return told(await factOf(entrance.knock(endpoint, signal)), entrance)
}

/** What it says of us that somebody was answered, or how they were refused. */
function told(answer: Fact<unknown>, entrance: Entrance): Fact<Admission> {
  const { at } = answer
  const username = entrance.access.reader?.username ?? null
  if (isSeen(answer)) return { at, value: { username, refusal: null } }
  const { problem } = answer
  // Whoever may not read this key was known by their name.
  if (problem.code === 'etcd-permission-denied') return { at, value: { username, refusal: null } }
  const refusal = refusalIn(problem, entrance)
  return refusal === null ? { at, problem } : { at, value: { username, refusal } }
}

/** Null for what leaves open whether we are let in: a token that nobody gives out just now, or may not be shown there. */
function refusalIn({ code }: Problem, { access, isPasswordRefused }: Entrance): Admission['refusal'] {
  if (access.reader) return isPasswordRefused ? 'etcd-auth-failed' : null
  return code === 'etcd-auth-required' ? code : null
}
