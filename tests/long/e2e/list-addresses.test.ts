import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject, test } from 'vitest'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults } from '#tests/support/browser-checks.ts'
import { arriveAsOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()

describe('a link to a list', () => {
  test.each([
    ['/members?role=zzz', 'zzz', 'row'],
    ['/members?tab=invitations&in-state=zzz', 'zzz', undefined],
    ['/api-keys?state=zzz', 'zzz', undefined],
    ['/audit?action=zzz', 'zzz', 'row'],
  ] as const)('%s shows the list without the filter nobody knows, and says so', async (path, value, row) => {
    await using visitor = await chromium.visit()
    const { email } = await arriveAsOwner(visitor)
    await visitor.open(path)
    await visitor.sees(say('ui.table.unknownFilterFix', { values: value }))
    if (row) await visitor.sees(visitor.page.getByRole(row, { name: email }))
    expect(await axeFaults(visitor.page)).toEqual([])
    await visitor.button(say('ui.table.dropUnknown')).click()
    await visitor.losesSightOf(say('ui.table.unknownFilter'))
    expect(visitor.page.url()).not.toContain('zzz')
    expect(visitor.problems).toEqual([])
  })

  test('with a day that is none says so at its field, over the whole list', async () => {
    await using visitor = await chromium.visit()
    const { email } = await arriveAsOwner(visitor)
    await visitor.open('/audit?from=banana')
    await visitor.sees(say('audit.filter.notADay'))
    await visitor.sees(visitor.page.getByRole('row', { name: email }))
    expect(visitor.problems).toEqual([])
  })

  test.each(['/members?cursor=zzz', '/members?sort=zzz'])('%s offers the whole list instead', async (path) => {
    await using visitor = await chromium.visit()
    const { email } = await arriveAsOwner(visitor)
    await visitor.open(path)
    await visitor.button(say('ui.table.startOver')).click()
    await visitor.sees(visitor.page.getByRole('row', { name: email }))
    expect(visitor.page.url()).not.toContain('zzz')
  })
})

test('a search through the audit log that takes too long says how far it looked, and goes on when asked to', async () => {
  await using visitor = await chromium.visit()
  const { teamId } = await arriveAsOwner(visitor)
  await withPostgres(inject('product').adminUrl, async (client) => {
    await client.query(
      `INSERT INTO audit_event ("tenantId", "seq", "at", "actorKind", "actorId", "actorLabel", "via", "action",
                                "targetKind", "targetId", "targetLabel", "diff", "requestId", "prevHash", "hash")
       SELECT $1, n, now(), 'user', 'u', 'ada@example.com', 'browser', 'team.updated', 'team', 't',
              CASE n WHEN 1001 THEN 'needle' ELSE 'hay' END, '{}', 'r', repeat('0', 64), repeat('0', 64)
         FROM generate_series(1001, 30000) AS n`,
      [teamId],
    )
    await client.query('UPDATE audit_head SET "seq" = 30000, "prunedSeq" = 1000 WHERE "tenantId" = $1', [teamId])
    // A busy database: the first look takes longer than one answer may.
    await client.query('BEGIN')
    await client.query('LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE')
    const opened = visitor.open('/audit?target=needle')
    await visitor.page.waitForRequest(/audit-events/)
    await delay(1_500)
    await client.query('COMMIT')
    await opened
  })
  await visitor.sees(say('ui.table.searchedBackFix', { count: 0 }))
  expect(await axeFaults(visitor.page)).toEqual([])
  await visitor.button(say('ui.table.searchOn')).click()
  await visitor.sees(visitor.page.getByRole('row', { name: 'needle' }))
  await visitor.losesSightOf(visitor.button(say('ui.table.searchOn')))
  expect(visitor.problems).toEqual([])
})
