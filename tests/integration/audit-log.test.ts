import { beforeAll, describe, expect, it } from 'vitest'
import { withTenant } from '#lib/db/tenant.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})

const renamed = (label: string) => ({
  result: label,
  action: 'team.updated',
  target: { kind: 'team', id: 'x', label },
  diff: { name: ['Platform', label] },
  event: { kind: 'team.updated', payload: {} },
})

describe('the audit log', () => {
  it('keeps exactly one event per change, with the change or not at all', async () => {
    const team = await createTeam()
    await mutate(team, async (db) => {
      await db.tenant.update({ where: { id: team.tenantId }, data: { name: 'Fleet' } })
      return renamed('Fleet')
    })
    const failing = mutate(team, async (db) => {
      await db.tenant.update({ where: { id: team.tenantId }, data: { name: 'Lost' } })
      throw new Error('the work fails')
    })
    await expect(failing).rejects.toThrow('the work fails')
    const { rows } = await asSuperuser(
      place.database,
      'SELECT "seq", "action", "diff", "actorLabel", "via", "requestId" FROM audit_event WHERE "tenantId" = $1 ORDER BY "seq"',
      [team.tenantId],
    )
    expect(rows).toMatchObject([
      { seq: '1', action: 'team.created' },
      {
        seq: '2',
        action: 'team.updated',
        diff: { name: ['Platform', 'Fleet'] },
        actorLabel: team.actor.label,
        via: 'browser',
        requestId: team.requestId,
      },
    ])
    const name = await withTenant(team.tenantId, (db) => db.tenant.findUniqueOrThrow({ where: { id: team.tenantId } }))
    expect(name.name).toBe('Fleet')
  })

  it('has no gap and no fork when 40 changes happen at once', async () => {
    const team = await createTeam()
    await Promise.all(Array.from({ length: 40 }, (_, n) => mutate(team, async () => renamed(`n${n}`))))
    const { rows } = await asSuperuser(
      place.database,
      `SELECT count(*)::int AS count, max("seq")::int AS newest, count(DISTINCT "prevHash")::int AS links
         FROM audit_event WHERE "tenantId" = $1`,
      [team.tenantId],
    )
    expect(rows).toEqual([{ count: 41, newest: 41, links: 41 }])
  })
})
