import { expect, test } from 'vitest'
import { z } from 'zod'
import { openChromium } from '#tests/support/browser.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import type { Owner } from '#tests/support/journey.ts'
import { arriveAsOwner, join } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const made = z.object({ data: z.object({ id: z.string() }) })

/** One that nobody answers for: what is set of it is kept all the same. */
async function bringIn({ session }: Owner): Promise<string> {
  const cluster = { name: 'orders', endpoints: ['https://etcd.invalid:2379'], acceptFailing: true }
  const answer = await session.api('POST', '/clusters', cluster)
  expect(answer.status).toBe(201)
  return made.parse(answer.body).data.id
}

const warning = say('inspections.settings.db-size.warningPercent')
const critical = say('inspections.settings.db-size.criticalPercent')

function sizes({ page }: Visitor) {
  return page.getByRole('region', { name: say('inspections.inspections.db-size.name') })
}

function save({ page }: Visitor) {
  return page.getByRole('button', { name: say('inspection-settings.save'), exact: true }).last()
}

test('a threshold in the wrong order is refused at its field, a right one holds, and goes back to the team’s', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await bringIn(owner)
  await ada.open('/team/inspections')
  await sizes(ada).getByLabel(warning, { exact: true }).fill('70')
  await save(ada).click()
  await ada.sees(say('inspection-settings.saved'))

  await ada.open(`/clusters/${clusterId}?tab=inspections`)
  const own = sizes(ada).getByLabel(warning, { exact: true })
  expect(await own.getAttribute('placeholder')).toBe('70')
  await own.fill('101')
  await save(ada).click()
  await ada.sees(say('validation.too-large', { maximum: 100 }))
  await own.fill('99')
  await save(ada).click()
  await ada.sees(sizes(ada).getByText(say('validation.threshold-out-of-order')))
  const after = sizes(ada).getByLabel(critical, { exact: true })
  expect(await after.evaluate((field) => field === document.activeElement)).toBe(true)

  await own.fill('80')
  await save(ada).click()
  await ada.sees(say('inspection-settings.saved'))
  await expect.poll(() => save(ada).isDisabled()).toBe(true)
  expect(await settingsOf(ada, clusterId)).toEqual({ 'db-size': { warningPercent: 80 } })

  const name = say('inspections.inspections.db-size.name')
  const action = say('inspection-settings.thresholds.reset')
  await ada.button(say('inspection-settings.thresholds.resetOf', { name, action })).click()
  await save(ada).click()
  await expect.poll(() => settingsOf(ada, clusterId)).toEqual({})
  expect(ada.problems).toEqual([])
})

test('what switching off does is said before it is saved; a viewer reads it all and changes nothing', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await bringIn(owner)
  await ada.open(`/clusters/${clusterId}?tab=inspections`)
  const consistency = ada.page.getByRole('switch', { name: say('inspections.features.consistency.name') })
  await consistency.click()
  await ada.sees(say('inspection-settings.what.switchedOffTitle'))
  await ada.page
    .getByRole('button', { name: say('inspection-settings.save'), exact: true })
    .first()
    .click()
  await ada.sees(say('inspection-settings.saved'))
  await ada.losesSightOf(say('inspection-settings.what.switchedOffTitle'))
  expect(await consistency.isChecked()).toBe(false)

  const teammate = await join(owner, 'viewer')
  await using grace = await chromium.visit()
  await grace.take(teammate.session)
  await grace.open(`/clusters/${clusterId}?tab=inspections`)
  const switched = grace.page.getByRole('switch', { name: say('inspections.features.consistency.name') })
  await grace.sees(switched)
  expect(await switched.isChecked()).toBe(false)
  expect(await switched.isDisabled()).toBe(true)
  expect(await save(grace).count()).toBe(0)
  await grace.open(`/clusters/${clusterId}`)
  const inspect = grace.button(say('overview.inspect.now'))
  await grace.sees(inspect)
  expect(await inspect.isDisabled()).toBe(true)
  await grace.open('/team/inspections')
  expect(await save(grace).count()).toBe(0)
  expect([...ada.problems, ...grace.problems]).toEqual([])
})

const stored = z.object({ data: z.object({ own: z.record(z.string(), z.unknown()) }) })

/** What the cluster has set itself. */
async function settingsOf(ada: Visitor, clusterId: string): Promise<Record<string, unknown>> {
  const { body } = await ada.api('GET', `/clusters/${clusterId}/inspection-settings`)
  return stored.parse(body).data.own
}
