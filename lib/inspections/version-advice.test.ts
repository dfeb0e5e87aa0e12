import { describe, expect, test } from 'vitest'
import { downMember, factsOf, memberOf, seen, statusOf } from './healthy-facts.ts'
import { readVersion } from './version.ts'
import { versionAdvice } from './version-advice.ts'
import { versionPolicy } from './version-policy.ts'

function judge(versions: string[], at = new Date('2026-11-22T00:00:00Z')) {
  const members = versions.map((version, index) => {
    const id = BigInt(index + 1)
    return memberOf(id, { status: seen(statusOf(id, { version })) })
  })
  return versionAdvice.judge(factsOf({ at, members }), {})[0]
}

describe('a version', () => {
  test.each([
    { version: '3.5.27', code: 'version-unsafe', severity: 'warning', wanted: '3.5.33' },
    { version: '3.5.28', code: 'version-insecure', severity: 'info', wanted: '3.5.33' },
    { version: '3.5.32', code: 'version-insecure', severity: 'info', wanted: '3.5.33' },
    { version: '3.6.8', code: 'version-unsafe', severity: 'warning', wanted: '3.6.14' },
    { version: '3.6.9', code: 'version-insecure', severity: 'info', wanted: '3.6.14' },
    { version: '3.6.9-rc.0', code: 'version-unsafe', severity: 'warning', wanted: '3.6.14' },
    { version: '3.7.0', code: 'version-insecure', severity: 'info', wanted: '3.7.1' },
    { version: '3.7.0-rc.1', code: 'version-unsafe', severity: 'warning', wanted: '3.7.1' },
    { version: '3.4.45', code: 'version-end-of-life', severity: 'warning', wanted: '3.5.33' },
    { version: '3.3.27', code: 'version-end-of-life', severity: 'warning', wanted: '3.5.33' },
    { version: '2.3.8', code: 'version-end-of-life', severity: 'warning', wanted: '3.5.33' },
  ])('$version is $code', ({ version, code, severity, wanted }) => {
    expect(judge([version])).toMatchObject({ code, severity, evidence: { wanted, versions: [`etcd-1: ${version}`] } })
  })

  test.each(['3.5.33', '3.5.40', '3.6.14', '3.7.1', '3.7.12'])('%s is in order', (version) => {
    expect(judge([version])).toMatchObject({ verdict: 'ok' })
  })

  test.each(['3.8.0', '4.0.0', 'strange', ''])('%j is none we know of', (version) => {
    expect(judge([version])).toMatchObject({ verdict: 'unknown', reason: 'version-not-known' })
  })

  test('gets fixes up to the day its branch ends', () => {
    expect(judge(['3.4.44'], new Date('2026-05-31T23:59:59Z'))).toMatchObject({ verdict: 'ok' })
    expect(judge(['3.4.44'], new Date('2026-06-01T00:00:00Z'))).toMatchObject({
      code: 'version-end-of-life',
      evidence: { branch: '3.4', endedOn: '2026-06-01' },
    })
  })
})

describe('of several members', () => {
  test('the worst is told, once', () => {
    expect(judge(['3.6.14', '3.6.9', '3.6.1'])).toMatchObject({
      code: 'version-unsafe',
      evidence: { versions: ['etcd-3: 3.6.1'], branch: '3.6' },
    })
  })

  test('a silent one may run anything', () => {
    const good = memberOf(1n, { status: seen(statusOf(1n, { version: '3.7.1' })) })
    expect(versionAdvice.judge(factsOf({ members: [good, downMember(2n)] }), {})).toMatchObject([
      { verdict: 'unknown', reason: 'member-silent' },
    ])
  })
})

test('the policy is in order: every version can be read, and a branch is secure only where it is safe', () => {
  for (const { branch, safeFrom, secureFrom } of versionPolicy) {
    expect(safeFrom.startsWith(`${branch}.`) && secureFrom.startsWith(`${branch}.`)).toBe(true)
    expect(readVersion(safeFrom)?.patch).toBeLessThanOrEqual(readVersion(secureFrom)?.patch ?? -1)
  }
})
