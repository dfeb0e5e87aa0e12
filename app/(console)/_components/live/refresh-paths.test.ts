import { describe, expect, test } from 'vitest'
import { matchesKind, pathsMadeOldBy } from './refresh-paths.ts'

describe('pathsMadeOldBy', () => {
  test('an event makes the lists of its own area old', () => {
    expect(pathsMadeOldBy('member.role-changed')).toContain('/members')
    expect(pathsMadeOldBy('api-key.revoked')).toContain('/api-keys')
  })

  test('a drill makes the backup it proves old too, and a storage what lies in it', () => {
    expect(pathsMadeOldBy('drill.changed')).toEqual(expect.arrayContaining(['/drills', '/backups']))
    expect(pathsMadeOldBy('storage-target.changed')).toEqual(expect.arrayContaining(['/storage-targets', '/backups']))
    expect(pathsMadeOldBy('backup.changed')).toEqual(expect.arrayContaining(['/backups', '/storage-targets']))
  })

  test('a job that goes on makes no other list old than its own, imports and the usage', () => {
    expect(pathsMadeOldBy('job.changed')).toEqual(['/jobs', '/cluster-imports', '/usage'])
  })

  test('every event makes audit log and usage old, one of an unknown area too', () => {
    expect(pathsMadeOldBy('something.new')).toEqual(['/audit-events', '/usage'])
  })
})

describe('matchesKind', () => {
  test.each([
    ['member.joined', 'member.joined', true],
    ['member.*', 'member.joined', true],
    ['member.*', 'membership.made', false],
    ['member.joined', 'member.removed', false],
    ['member', 'member.joined', false],
  ])('%s means %s: %s', (pattern, kind, expected) => {
    expect(matchesKind(pattern, kind)).toBe(expected)
  })
})
