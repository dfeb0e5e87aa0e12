import { callFailure, reasonOf } from '#lib/etcd/call-failure.ts'
import type { Fact, Problem } from '../facts.ts'

/** What a failed call leaves open. */
export function problemOf(error: unknown): Problem {
  const failure = callFailure(error)
  const reason = reasonOf(failure)
  return reason === failure.code ? { code: failure.code } : { code: failure.code, reason }
}

/** What a call tells, or why it told nothing, at this moment. */
export async function factOf<Value>(call: Promise<Value>): Promise<Fact<Value>> {
  try {
    const value = await call
    return { at: new Date(), value }
  } catch (error) {
    return { at: new Date(), problem: problemOf(error) }
  }
}

export function notKnown(at: Date, code: Problem['code']): { readonly at: Date; readonly problem: Problem } {
  return { at, problem: { code } }
}
