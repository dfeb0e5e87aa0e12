import { expect, inject, test } from 'vitest'
import { newId } from '#lib/ids.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { openChromium } from '#tests/support/browser.ts'
import type { Owner } from '#tests/support/journey.ts'
import { arriveAsOwner, invite, join } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()

/** A job as some worker left it; of a kind no worker here knows unless it is given, so that it stays that way. */
async function leaveJob({ teamId }: Owner, columns: Record<string, unknown>): Promise<string> {
  const id = newId()
  const row = { tenantId: teamId, id, kind: 'rehearse-something', payload: '{}', ...columns }
  const names = Object.keys(row)
  await withPostgres(inject('product').adminUrl, (client) =>
    client.query(
      `INSERT INTO job (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(row),
    ),
  )
  return id
}

const startedAt = new Date(Date.now() - 60_000)

test('work appears on the open page by itself, and is there for a viewer without a button', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await ada.open('/activity')
  await ada.isLive()
  await ada.sees(ada.heading(say('activity.empty.title')))
  await invite(owner, 'viewer')
  const row = ada.page.getByRole('row').filter({ hasText: say('activity.kinds.send-invitation-mail') })
  await ada.sees(row.getByText(say('activity.states.done'), { exact: true }))

  const teammate = await join(owner, 'viewer')
  await leaveJob(owner, { state: 'failed', error: 'mail-refused', failures: 1, finishedAt: new Date() })
  await using grace = await chromium.visit()
  await grace.take(teammate.session)
  await grace.open('/activity')
  await grace.sees(grace.page.getByText(say('errors.mail-refused')))
  expect(await grace.button(say('ui.table.actionsOf', { name: 'rehearse-something' })).count()).toBe(0)
  expect([...ada.problems, ...grace.problems]).toEqual([])
})

test('a job is watched, called off, found by its state in the address, and done again', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const subject = { subjectKind: 'cluster', subjectId: newId(), subjectLabel: 'orders-prod' }
  await leaveJob(owner, {
    ...subject,
    state: 'running',
    startedAt,
    publishedAt: startedAt,
    progress: JSON.stringify({ done: 412, total: 1_000, step: null }),
  })
  const name = 'rehearse-something: orders-prod'
  await ada.open('/activity')
  await ada.sees(ada.page.getByRole('progressbar', { name: say('activity.progress.label', { name }) }))
  await ada.sees(ada.page.getByText(say('activity.progress.of', { done: '412', total: '1,000' })))

  await ada.button(say('ui.table.actionsOf', { name })).click()
  await ada.page.getByRole('menuitem', { name: say('activity.cancel') }).click()
  const asking = ada.dialog(say('activity.cancelTitle', { name }))
  await asking.getByRole('button', { name: say('activity.cancelConfirm'), exact: true }).click()
  await ada.losesSightOf(asking)
  await ada.sees(ada.page.getByRole('cell', { name: say('activity.states.cancelling') }))

  await leaveJob(owner, {
    kind: 'send-invitation-mail',
    payload: JSON.stringify({ invitationId: newId() }),
    state: 'failed',
    error: 'mail-unavailable',
    failures: 8,
    startedAt,
    finishedAt: new Date(),
  })
  await ada.open('/activity?state=failed')
  const mail = say('activity.kinds.send-invitation-mail')
  expect(await ada.page.getByText(name).count()).toBe(0)
  await ada.button(mail).click()
  const sheet = ada.dialog(mail)
  await ada.sees(sheet.getByText(say('errors.mail-unavailable')))
  await sheet.getByRole('button', { name: say('activity.retry'), exact: true }).click()
  await ada.sees(ada.page.getByText(say('activity.retried')))
  await ada.open('/activity?kind=send-invitation-mail')
  await ada.sees(ada.page.getByRole('cell', { name: say('activity.states.done') }))
  expect(ada.problems).toEqual([])
})
