import { expect, test } from 'vitest'
import { minuteMs, secondMs } from '#lib/time.ts'
import { backupRevision } from './backup-revision.ts'
import type { KeptBackup, MemberFacts } from './facts.ts'
import { ago, backupsOf, downMember, factsOf, keptBackup, memberOf, seen, statusOf } from './healthy-facts.ts'

/** Members of the healthy cluster are at revision 500. */
function judge(changes: Partial<KeptBackup>, members?: readonly MemberFacts[]) {
  const verified = [keptBackup(1, changes)]
  return backupRevision.judge(
    factsOf({ backups: seen(backupsOf({ verified })), ...(members ? { members } : {}) }),
    {},
  )[0]
}

test.each([
  [499n, { verdict: 'ok' }],
  [500n, { verdict: 'ok' }],
  [501n, { code: 'backup-ahead', severity: 'critical', evidence: { kept: '501', live: '500', behind: '1' } }],
])('a backup at revision %d of a cluster at 500', (revision, expected) => {
  expect(judge({ revision })).toMatchObject(expected)
})

test('a member that is behind does not speak for the cluster', () => {
  const header = { ...statusOf(1n).header, revision: 90n }
  const behind = memberOf(1n, { status: seen(statusOf(1n, { header })) })
  expect(judge({ revision: 450n }, [behind, memberOf(2n), downMember(3n)])).toMatchObject({ verdict: 'ok' })
  expect(judge({ revision: 450n }, [behind, downMember(2n), downMember(3n)])).toMatchObject({
    ...{ verdict: 'unknown', reason: 'member-silent' },
  })
})

test('what was taken of the cluster that stood here before says nothing of this one', () => {
  expect(judge({ revision: 9_000n, etcdClusterId: '7' })).toMatchObject({ reason: 'backup-of-another' })
})

test('one that was verified while the members were asked is not held against what they said', () => {
  expect(judge({ revision: 900n, verifiedAt: ago(59 * secondMs) })).toMatchObject({ reason: 'too-few-backups' })
  expect(judge({ revision: 900n, verifiedAt: ago(minuteMs) })).toMatchObject({ code: 'backup-ahead' })
})
