import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { addressPolicyOf } from '#lib/services/clusters/address-policy.ts'
import { runScript } from '#tests/support/command.ts'
import { auditOf } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

const allow = (...args: string[]) => runScript('net-allow', args, place.env)

describe('npm run net:allow', () => {
  it('opens exactly what it names to that team, and closes it again', async () => {
    const [team, other] = await Promise.all([createTeam(), createTeam()])
    const opened = await allow('127.0.0.1:2379', '[::1]:2379', '--team', team.tenantId)
    expect(opened).toMatchObject({ code: 0 })
    expect(opened.output).toContain('now also 127.0.0.1:2379, [::1]:2379')
    const reach = async ({ tenantId }: typeof team) => (await addressPolicyOf(tenantId)).loopback.toSorted()
    expect(await reach(team)).toEqual(['127.0.0.1:2379', '[::1]:2379'])
    expect(await reach(other)).toEqual([])
    const closed = await allow('127.0.0.1:2379', '--team', team.tenantId, '--revoke')
    expect(closed.output).toContain('no longer 127.0.0.1:2379')
    expect(await reach(team)).toEqual(['[::1]:2379'])
  })

  it('is written down in the audit log of the team, and only when it changes something', async () => {
    const team = await createTeam({ name: 'Reaching' })
    await allow('127.0.0.1:2379', '--team', 'Reaching')
    expect((await allow('127.0.0.1:2379', '--team', 'Reaching')).output).toContain('as it was')
    await allow('127.0.0.1:2379', '--team', 'Reaching', '--revoke')
    expect(await auditOf(team, 3)).toMatchObject([
      { action: 'team.address-revoked', via: 'command', diff: { addresses: [['127.0.0.1:2379'], null] } },
      { action: 'team.address-granted', via: 'command', diff: { addresses: [null, ['127.0.0.1:2379']] } },
      { action: 'team.created' },
    ])
    await withTenant(team.tenantId, async (db) => expect(await db.auditEvent.count()).toBe(3))
  })

  it.each([
    [['127.0.0.1:2379', '--team', 'Nobody'], 'There is no team Nobody'],
    [['127.0.0.1:2379'], 'no team is named'],
    [['--team', newId()], 'no address is named'],
    [['localhost:2379', '--team', 'X'], 'localhost:2379 is no address with a port'],
    [['127.0.0.0/8', '--team', 'X'], '127.0.0.0/8 is no address with a port'],
    [['127.0.0.1', '--team', 'X'], '127.0.0.1 is no address with a port'],
    [['127.0.0.1:0', '--team', 'X'], '127.0.0.1:0 is no address with a port'],
    [['10.98.76.54:2379', '--team', 'X'], 'ALLOW_PRIVATE_CIDRS=10.98.76.54/32'],
    [['169.254.169.254:80', '--team', 'X'], 'never reached'],
    [['8.8.8.8:53', '--team', 'X'], 'open to every team'],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, output } = await allow(...args)
    expect(output).toContain(text)
    expect(code).toBe(1)
  })
})
