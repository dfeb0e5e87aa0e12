import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GET as exportAudit } from '#app/api/v1/audit-events/export/route.ts'
import { GET as listAudit } from '#app/api/v1/audit-events/route.ts'
import { GET as poll } from '#app/api/v1/events/route.ts'
import { GET as stream } from '#app/api/v1/events/stream/route.ts'
import { newId } from '#lib/ids.ts'
import { closeSharedRedis } from '#lib/queue/connections.ts'
import { closeStreamHub } from '#lib/services/events/stream-hub.ts'
import { mutate } from '#lib/services/mutate.ts'
import { newApiKey } from '#lib/tenancy/api-keys.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace
let team: TenantContext
let secret: string

beforeAll(async () => {
  place = await openWorkplace()
  team = await createTeam()
  secret = await keyWith('events:read', 'audit:read')
  for (const kind of ['a.a', 'b.b', 'c.c']) {
    await mutate(team, async () => ({
      result: 0,
      action: kind,
      target: { kind: 'x', id: 'x', label: '=x' },
      event: { kind, payload: {} },
    }))
  }
})

afterAll(async () => {
  await closeStreamHub()
  closeSharedRedis()
})

async function keyWith(...scopes: string[]): Promise<string> {
  const key = newApiKey()
  await asSuperuser(
    place.database,
    `INSERT INTO api_key ("tenantId", "id", "createdBy", "createdByEmail", "keyHash", "name", "prefix", "scopes", "expiresAt")
     VALUES ($1, $2, $3, 'x', $4, 'ci', $5, $6, now() + interval '1 day')`,
    [team.tenantId, newId(), team.actor.id, key.keyHash, key.prefix, scopes],
  )
  return key.secret
}

function ask(handler: typeof poll, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request(`http://localhost:3000/api/v1/${path}`, {
    headers: { authorization: `Bearer ${secret}`, ...headers },
  })
  return handler(request, { params: Promise.resolve({}) })
}

describe('live events by HTTP', () => {
  it('are streamed in a way that nobody between holds back, from the header Last-Event-ID on', async () => {
    const response = await ask(stream, 'events/stream', { 'last-event-id': '1' })
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-transform'),
      'x-accel-buffering': 'no',
    })
    const reader = response.body
      ?.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .getReader()
    let text = ''
    while (!text.includes('id: 3')) text += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    expect(text).toContain('id: 2\ndata: {"id":"2","kind":"b.b","payload":{}}\n\n')
    expect(text).not.toContain('"a.a"')
  })

  it('are polled behind a known id, and refused behind something else', async () => {
    expect(await (await ask(poll, 'events?after=2')).json()).toEqual({
      data: { events: [{ id: '3', kind: 'c.c', payload: {} }], lastId: '3', resync: false },
    })
    expect((await ask(poll, 'events?after=x')).status).toBe(422)
  })

  it('need the right to read them', async () => {
    const other = { authorization: `Bearer ${await keyWith('clusters:read')}` }
    expect((await ask(stream, 'events/stream', other)).status).toBe(403)
    expect((await ask(poll, 'events', other)).status).toBe(403)
    expect((await ask(listAudit, 'audit-events', other)).status).toBe(403)
    expect((await ask(exportAudit, 'audit-events/export', other)).status).toBe(403)
  })
})

describe('the audit log by HTTP', () => {
  it('is listed page by page', async () => {
    const first = await (await ask(listAudit, 'audit-events?limit=3')).json()
    expect(first.data.map(({ action }: { action: string }) => action)).toEqual(['c.c', 'b.b', 'a.a'])
    const next = await (await ask(listAudit, `audit-events?limit=3&cursor=${first.nextCursor}`)).json()
    expect(next.data.map(({ action }: { action: string }) => action)).toEqual(['team.created'])
    expect(next.nextCursor).toBeNull()
  })

  it('is saved as a file, in which no cell is a formula, and the taking of it stands in it', async () => {
    const response = await ask(exportAudit, 'audit-events/export')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="audit-[\d-]+\.csv"$/)
    const lines = (await response.text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(6)
    expect(lines[2]).toContain(",'=x,")
    expect(lines.at(-1)).toMatch(/api-key,.*,ci,api,audit\.exported/)
  })
})
