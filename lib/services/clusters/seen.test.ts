import { describe, expect, it } from 'vitest'
import type { ObservedMember } from '#lib/clusters/diagnosis/diagnose.ts'
import { isAnotherCluster } from './save-observation.ts'
import { problemOf, stateOf } from './seen.ts'
import { versionKey } from './version-key.ts'

function member(state: ObservedMember['state'], isLearner = false): ObservedMember {
  return {
    memberId: '1',
    name: 'a',
    peerUrls: [],
    clientUrls: [],
    address: null,
    isLearner,
    isLeader: false,
    state,
    problem: null,
    version: '3.5.16',
    dbSizeBytes: null,
    latencyMs: null,
  }
}

function stateWith(leader: string | null, members: ObservedMember[], isAnswered = true) {
  return stateOf({ members, leader, isAnswered, alarms: [] })
}

describe('the state of a cluster', () => {
  it.each([
    { when: 'all voters answer', states: ['up', 'up', 'up'], leader: 'a', expected: 'running' },
    { when: 'one of five is away', states: ['up', 'up', 'up', 'up', 'down'], leader: 'a', expected: 'degraded' },
    {
      when: 'one of three is away, and one more would be too many',
      states: ['up', 'up', 'down'],
      leader: 'a',
      expected: 'at-risk',
    },
    { when: 'two of three are away', states: ['up', 'down', 'down'], leader: null, expected: 'no-quorum' },
    { when: 'a majority answers but knows no leader', states: ['up', 'up', 'up'], leader: null, expected: 'no-quorum' },
    {
      when: 'too few answer, and of the others nobody can tell',
      states: ['up', 'unknown', 'unknown'],
      leader: null,
      expected: 'unknown',
    },
    { when: 'a single member answers', states: ['up'], leader: 'a', expected: 'running' },
  ] as const)('$when', ({ states, leader, expected }) => {
    expect(
      stateWith(
        leader,
        states.map((state) => member(state)),
      ),
    ).toBe(expected)
  })

  it('is not running while an alarm is raised, though everybody answers', () => {
    const members = [member('up')]
    expect(stateOf({ members, leader: 'a', isAnswered: true, alarms: ['NOSPACE'] })).toBe('degraded')
    expect(problemOf({ problem: null, alarms: ['NOSPACE'] })).toBe('alarm-nospace')
    expect(problemOf({ problem: null, alarms: ['CORRUPT', 'NOSPACE'] })).toBe('alarm-corrupt')
    expect(problemOf({ problem: 'etcd-auth-failed', alarms: ['NOSPACE'] })).toBe('etcd-auth-failed')
  })

  it('is unreachable where nobody answers us', () => {
    expect(stateWith(null, [member('down'), member('down')], false)).toBe('unreachable')
    expect(stateWith(null, [], false)).toBe('unreachable')
  })

  it('counts no learner as a voter, and one that is away as a loss all the same', () => {
    expect(stateWith('a', [member('up'), member('up'), member('up'), member('up', true)])).toBe('running')
    expect(stateWith('a', [member('up'), member('up'), member('up'), member('down', true)])).toBe('degraded')
    expect(stateWith(null, [member('down'), member('up', true)], false)).toBe('unreachable')
  })

  it('is not told by an etcd that answers but shows no members', () => {
    expect(stateWith(null, [])).toBe('unknown')
  })

  it('is no loss of quorum while who answers follows a leader we cannot reach', () => {
    expect(stateWith('a', [member('up'), member('down'), member('down')])).toBe('degraded')
  })
})

describe('a cluster that answers with another id', () => {
  it('is another one, unless either id is not known', () => {
    expect(isAnotherCluster({ etcdClusterId: '1' }, { etcdClusterId: '2' })).toBe(true)
    expect(isAnotherCluster({ etcdClusterId: '1' }, { etcdClusterId: '1' })).toBe(false)
    expect(isAnotherCluster({ etcdClusterId: null }, { etcdClusterId: '2' })).toBe(false)
    expect(isAnotherCluster({ etcdClusterId: '1' }, { etcdClusterId: null })).toBe(false)
  })
})

describe('a version as it is sorted by', () => {
  it.each([
    ['3.5.16', '003.005.016'],
    ['3.10.0-rc.1', '003.010.000-rc.001'],
    ['', ''],
  ])('%s', (version, key) => {
    expect(versionKey(version)).toBe(key)
  })

  it('puts 3.10 behind 3.9', () => {
    expect(['3.10.1', '3.9.20', '3.4.23'].toSorted((a, b) => (versionKey(a) < versionKey(b) ? -1 : 1))).toEqual([
      '3.4.23',
      '3.9.20',
      '3.10.1',
    ])
  })
})
