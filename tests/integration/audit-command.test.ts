import { beforeAll, describe, expect, it } from 'vitest'
import { runScript } from '#tests/support/command.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})

const verify = (...args: string[]) => runScript('audit-verify', args, place.env)

describe('npm run audit:verify', () => {
  it('verifies every team, prints its anchor, and finds the bad one by name with exit code 1', async () => {
    const good = await createTeam({ name: 'Good' })
    const bad = await createTeam({ name: 'Bad' })
    const before = await verify()
    expect(before.output).toMatch(new RegExp(`✓ Good \\(${good.tenantId}\\): 1 events, anchor 1:[0-9a-f]{64}`))
    expect(before.output).toContain('2 intact, 0 bad, 2 events')
    expect(before.code).toBe(0)
    await asSuperuser(place.database, `UPDATE audit_event SET "actorLabel" = 'eve' WHERE "tenantId" = $1`, [
      bad.tenantId,
    ])
    const after = await verify()
    expect(after.output).toContain(`✗ Bad (${bad.tenantId}): altered: event 1 is not what was written`)
    expect(after.output).toContain('1 intact, 1 bad')
    expect(after.code).toBe(1)
    expect((await verify('--team', 'Good')).code).toBe(0)
  })

  it('compares a chain with an anchor that was written down', async () => {
    const team = await createTeam({ name: 'Anchored' })
    const anchor = /anchor (\S+)/.exec((await verify('--team', team.tenantId)).output)?.[1] ?? ''
    expect((await verify('--team', 'Anchored', '--expect', anchor)).code).toBe(0)
    const other = await verify('--team', 'Anchored', '--expect', `1:${'0'.repeat(64)}`)
    expect(other.output).toContain('chain-rewritten: event 1')
    expect(other.code).toBe(1)
    const ahead = await verify('--team', 'Anchored', '--expect', `9:${'0'.repeat(64)}`)
    expect(ahead.output).toContain('tail-cut: event 2')
  })

  it.each([
    [['--team', 'Nobody'], 'there is no team Nobody'],
    [['--expect', 'x', '--team', 'Good'], 'x is not an anchor'],
    [['--expect', `1:${'0'.repeat(64)}`], 'says nothing without the team'],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, output } = await verify(...args)
    expect(output).toContain(text)
    expect(code).toBe(1)
  })

  it('goes on behind a team whose key was taken away, which hides nothing of the others', async () => {
    const robbed = await createTeam({ name: 'Robbed' })
    const later = await createTeam({ name: 'Later' })
    await asSuperuser(place.database, 'DELETE FROM tenant_key WHERE "tenantId" = $1', [robbed.tenantId])
    const { output, code } = await verify()
    expect(output).toContain(`✗ Robbed (${robbed.tenantId}): key-unreadable`)
    expect(output).toContain(`✓ Later (${later.tenantId})`)
    expect(code).toBe(1)
  })
})
