import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { runScript } from '#tests/support/command.ts'
import { newPerson, newSession, selfOf } from '#tests/support/signed-in.ts'
import { auditOf } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

const give = (...args: string[]) => runScript('team-plan', args, place.env)

describe('npm run team:plan', () => {
  it('gives a team plan and limits, which its next request has, and takes a limit back', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    const quotas = async () => (await selfOf(sid)).tenant?.quotas
    const given = await give('--team', person.teamId, '--plan', 'business', '--limit', 'members=7,api-keys=3')
    expect(given.output).toContain('has the plan business')
    expect(given.code).toBe(0)
    expect(await quotas()).toMatchObject({ members: 7, 'api-keys': 3, 'live-streams': 500 })
    expect((await give('--team', person.teamId, '--limit', 'members=plan')).code).toBe(0)
    expect(await quotas()).toMatchObject({ members: 250, 'api-keys': 3 })
  })

  it('is written down in the audit log of the team as the command line, and told to its open pages', async () => {
    const team = await createTeam({ name: 'Audited' })
    await give('--team', 'Audited', '--plan', 'enterprise')
    expect(await auditOf(team)).toMatchObject([
      { action: 'team.updated', actorKind: 'system', via: 'command', diff: { plan: ['community', 'enterprise'] } },
    ])
    expect(await withTenant(team.tenantId, (db) => db.event.findMany())).toMatchObject([{ kind: 'team.updated' }])
  })

  it.each([
    [['--team', 'Nobody', '--plan', 'business'], 'There is no team Nobody'],
    [['--team', newId()], 'nothing is given to the team'],
    [['--plan', 'business'], 'no team is named'],
    [['--team', 'X', '--plan', 'gold'], 'gold is no plan'],
    [['--team', 'X', '--limit', 'members=-1'], 'members=-1 is no limit'],
    [['--team', 'X', '--limit', 'beds=2'], 'beds=2 is no limit'],
    [['--team', 'Twin', '--plan', 'business'], 'Several teams are called Twin'],
  ])('says what is wrong with %j', async (args, text) => {
    if (args.includes('Twin')) for (let n = 0; n < 2; n += 1) await createTeam({ name: 'Twin' })
    const { code, output } = await give(...args)
    expect(output).toContain(text)
    expect(code).toBe(1)
  })
})
