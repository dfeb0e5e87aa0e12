import { describe, expect, test } from 'vitest'
import { minuteMs } from '#lib/time.ts'
import { access } from './access.ts'
import type { Admission } from './facts.ts'
import { ago, factsOf, notSeen, seen, silent } from './healthy-facts.ts'
import { soundFacts } from './sound-facts.ts'

const judge = (admission: Admission) => access.judge(factsOf({ admission: seen(admission) }), {})

test.each([null, 'kstone-reader'])('who is let in finds it in order: %s', (username) => {
  expect(judge({ username, refusal: null })).toEqual([{ subject: { kind: 'cluster' }, verdict: 'ok' }])
})

test('without a user, one is needed where etcd asks for names', () => {
  expect(judge({ username: null, refusal: 'etcd-auth-required' })).toEqual([
    {
      ...{ subject: { kind: 'cluster' }, verdict: 'finding', severity: 'warning', code: 'user-needed' },
      evidence: { problem: 'etcd-auth-required' },
    },
  ])
})

test('a user that is refused is told of by name', () => {
  expect(judge({ username: 'kstone-reader', refusal: 'etcd-auth-failed' })).toEqual([
    {
      ...{ subject: { kind: 'cluster' }, verdict: 'finding', severity: 'warning', code: 'user-refused' },
      evidence: { user: 'kstone-reader', problem: 'etcd-auth-failed' },
    },
  ])
})

describe('could not tell', () => {
  test.each([
    [silent, 'member-silent'],
    [notSeen('etcd-timeout'), 'member-silent'],
    [notSeen('etcd-auth-failed'), 'not-let-in'],
    [notSeen('etcd-auth-required'), 'not-let-in'],
    [notSeen('etcd-corrupt'), 'call-failed'],
    [notSeen('another-answered'), 'another-answered'],
    [notSeen('not-asked'), 'not-asked'],
  ])('by %j: %s', (admission, reason) => {
    expect(access.judge(factsOf({ admission }), {})).toMatchObject([{ verdict: 'unknown', reason }])
  })

  test('by what an earlier collection was told', () => {
    const admission = seen({ username: null, refusal: null }, ago(minuteMs + 1))
    expect(access.judge(soundFacts(factsOf({ admission })), {})).toMatchObject([{ reason: 'outdated' }])
  })
})
