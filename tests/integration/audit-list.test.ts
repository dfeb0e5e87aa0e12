import { beforeAll, describe, expect, it } from 'vitest'
import { exportAuditEvents } from '#lib/services/audit/export-audit-events.ts'
import { listAuditEvents } from '#lib/services/audit/list-audit-events.ts'
import { verifyAuditChain } from '#lib/services/audit/verify-audit-chain.ts'
import { mutate } from '#lib/services/mutate.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { seedAuditChain } from '#tests/support/audit-seed.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext

beforeAll(async () => {
  place = await openWorkplace()
  team = await createTeam()
  const entries = [
    ['member.joined', 'grace@example.com'],
    ['member.role-changed', 'grace@example.com'],
    ['team.updated', '100% _ours_'],
    ['invitation.created', '=cmd|"x"!A1, and\nmore'],
  ] as const
  for (const [action, label] of entries) {
    await mutate(team, async () => ({ result: undefined, action, target: { kind: 'thing', id: action, label } }))
  }
})

const actionsOf = async (filter: object) =>
  (await listAuditEvents(team, { limit: 50, ...filter })).items.map(({ action }) => action)

describe('the list of audit events', () => {
  it('shows the newest first, page by page without gap or repetition while more is written', async () => {
    const other = await createTeam()
    await seedAuditChain(place.database, { team: other, count: 25 })
    const seqs: string[] = []
    let cursor: string | null = null
    do {
      const page = await listAuditEvents(other, { limit: 10, ...(cursor === null ? {} : { cursor }) })
      seqs.push(...page.items.map(({ seq }) => seq))
      cursor = page.nextCursor
      await mutate(other, async () => ({ result: 0, action: 'x.y', target: { kind: 'x', id: 'x', label: 'x' } }))
    } while (cursor !== null)
    expect(seqs).toEqual(Array.from({ length: 25 }, (_, n) => String(25 - n)))
  })

  it.each([
    ['by the beginning of an action', { action: 'member' }, ['member.role-changed', 'member.joined']],
    ['by a part of the target', { target: 'GRACE' }, ['member.role-changed', 'member.joined']],
    ['by the id of the target', { target: 'team.updated' }, ['team.updated']],
    ['by signs that mean something to a database', { target: '% _' }, ['team.updated']],
    ['by a time to come', { from: '2999-01-01T00:00:00Z' }, []],
    ['by a time long ago', { to: '2000-01-01T00:00:00Z' }, []],
    ['by an unknown actor', { actor: 'nobody' }, []],
  ])('is filtered %s', async (_how, filter, actions) => {
    expect(await actionsOf(filter)).toEqual(actions)
  })

  it('is filtered by who acted, by name or id', async () => {
    const all = ['invitation.created', 'team.updated', 'member.role-changed', 'member.joined', 'team.created']
    expect(await actionsOf({ actor: team.actor.id })).toEqual(all)
    expect(await actionsOf({ actor: team.actor.label.slice(3, 20) })).toEqual(all)
  })

  it('refuses a cursor of another filter', async () => {
    const { nextCursor } = await listAuditEvents(team, { limit: 1 })
    const asked = listAuditEvents(team, { limit: 1, action: 'member', cursor: nextCursor ?? '' })
    await expect(asked).rejects.toMatchObject({ code: 'cursor-invalid' })
  })
})

describe('the export of the audit log', () => {
  it('holds every event in order, and last the one that says who took it', async () => {
    const many = await createTeam()
    await seedAuditChain(place.database, { team: many, count: 2_500 })
    const { body, fileName } = await exportAuditEvents(many, { format: 'ndjson' })
    const lines = (await new Response(body).text()).trimEnd().split('\n')
    expect(fileName).toMatch(/^audit-\d{4}-\d\d-\d\d\.ndjson$/)
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(Array.from({ length: 2_501 }, (_, n) => String(n + 1)))
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ action: 'audit.exported', diff: { format: 'ndjson' } })
    expect((await verifyAuditChain(many.tenantId)).verdict).toBe('intact')
  })

  it('holds what the filter asks for, and nothing a spreadsheet would run', async () => {
    const { body } = await exportAuditEvents(team, { format: 'csv', action: 'invitation' })
    const text = await new Response(body).text()
    expect(text.split('\r\n')[0]).toBe(
      'seq,at,actorKind,actorId,actor,via,action,targetKind,targetId,target,diff,requestId,hash',
    )
    expect(text).toContain(`,invitation.created,thing,invitation.created,"'=cmd|""x""!A1, and\nmore",{},`)
    expect(text.match(/invitation\.created,thing/g)).toHaveLength(1)
  })

  it('ends when its reader goes away', async () => {
    const many = await createTeam()
    await seedAuditChain(place.database, { team: many, count: 5_000 })
    const { body } = await exportAuditEvents(many, { format: 'ndjson' })
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    expect((await reader.read()).done).toBe(true)
  })
})
