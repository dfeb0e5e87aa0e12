import { rootCertificates } from 'node:tls'
import type { Locator } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { Secret } from '#lib/secret.ts'
import { grantAddresses } from '#tests/support/address-grants.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, englishLeft, widePlaces } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Owner } from '#tests/support/journey.ts'
import { arriveAsOwner, join, newOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const password = 'password-of-the-reader'
const made = z.object({ data: z.object({ id: z.string() }) })

/** Three members, TLS, and a user to be let in. */
let etcd: RunningEtcd

beforeAll(async () => {
  etcd = await startEtcd({
    members: 3,
    tls: 'server',
    users: [
      { name: 'root', password: new Secret('password-of-root') },
      { name: 'reader', password: new Secret(password), grants: [{ access: 'read', prefix: '' }] },
    ],
  })
}, 300_000)

afterAll(() => etcd?.stop())

const endpoints = () => etcd.members.map(({ clientUrl }) => clientUrl)
const rightCa = () => etcd.tls?.caPem ?? ''
const wrongCa = rootCertificates[0] ?? ''
const field = (name: string) => say(`clusters.fields.${name}`)
/** The name of a field that may be left empty says so. */
const optional = (name: string) => new RegExp(`^${field(name)}\\s*${say('ui.optional')}$`)

async function importByApi(owner: Owner, body: Record<string, unknown> = {}): Promise<string> {
  await grantAddresses(owner.teamId, endpoints())
  const answer = await owner.session.api('POST', '/clusters', {
    name: 'orders',
    endpoints: endpoints(),
    tls: { caPem: rightCa() },
    reader: { username: 'reader', password },
    ...body,
  })
  if (answer.status !== 201) throw new Error(`the import answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return made.parse(answer.body).data.id
}

/** Pastes over what stands in the field with the focus. */
async function paste({ page, keyboard }: Visitor, text: string): Promise<void> {
  await keyboard.keys('Control+A')
  await page.keyboard.insertText(text)
}

const stages = ({ page }: Visitor): Locator => page.getByRole('list', { name: say('clusters.look.stages') })
const stage = (visitor: Visitor, name: string): Locator =>
  stages(visitor)
    .locator('> li')
    .filter({ has: visitor.page.getByText(say(`diagnosis.stages.${name}`), { exact: true }) })

/** Writes down every state the list of stages goes through. */
async function watchStages({ page }: Visitor): Promise<() => Promise<string[]>> {
  await page.evaluate((label) => {
    const seen: string[] = []
    const note = () => {
      const text = document.querySelector<HTMLElement>(`ol[aria-label="${label}"]`)?.textContent
      if (text !== undefined && text !== seen.at(-1)) seen.push(text)
    }
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(window, { seenStages: seen })
  }, say('clusters.look.stages'))
  return () => page.evaluate(() => Object.getOwnPropertyDescriptor(window, 'seenStages')?.value ?? [])
}

test('by keyboard a TLS cluster with a user is imported, the look watched, a wrong CA mended first', async () => {
  await using ada = await chromium.visit()
  const { keyboard } = ada
  const { teamId } = await arriveAsOwner(ada)
  await grantAddresses(teamId, endpoints())
  await ada.open('/clusters')
  await ada.isLive()
  await keyboard.pick(
    ada.button(say('clusters.importMenu.open')),
    ada.page.getByRole('menuitem', { name: say('clusters.importMenu.one') }),
  )
  await ada.sees(ada.heading(say('clusters.import.title')))
  await ada.ready()
  await keyboard.fill(ada.field(field('name')), 'orders-prod')
  await keyboard.fill(ada.field(optional('labels')), 'env=prod')
  await keyboard.fill(ada.field(field('endpoints')), endpoints().join('\n'))
  await keyboard.reach(ada.field(optional('ca')))
  await paste(ada, wrongCa)
  await keyboard.fill(ada.field(optional('readerUser')), 'reader')
  await keyboard.fill(ada.field(optional('readerPassword')), password)
  await keyboard.press(ada.button(say('clusters.import.look')))

  await ada.sees(say('diagnosis.fix.tls-unknown-ca'))
  expect(await stage(ada, 'tcp').textContent()).toContain(say('diagnosis.verdicts.pass'))
  expect(await stage(ada, 'tls').textContent()).toContain(say('diagnosis.verdicts.fail'))
  expect(await stage(ada, 'tls').textContent()).toContain('openssl s_client')
  expect(await stage(ada, 'quorum').textContent()).toContain(say('diagnosis.verdicts.unknown'))
  expect(await ada.button(say('clusters.import.import')).isDisabled()).toBe(true)

  await keyboard.press(ada.button(say('clusters.look.toField', { field: field('ca') })))
  expect(await ada.field(optional('ca')).evaluate((element) => element === document.activeElement)).toBe(true)
  await paste(ada, rightCa())
  await ada.sees(say('clusters.import.outdatedTitle'))
  const seen = await watchStages(ada)
  await keyboard.press(ada.button(say('clusters.import.lookAgain')))
  await ada.sees(say('clusters.look.usable', { count: 1 }))
  const isUnderWay = (text: string) =>
    text.includes(say('diagnosis.verdicts.pass')) && text.includes(say('clusters.look.waiting'))
  expect((await seen()).filter(isUnderWay).length).toBeGreaterThan(0)
  expect(await stage(ada, 'members').textContent()).toContain(say('diagnosis.verdicts.pass'))

  await keyboard.press(ada.button(say('clusters.import.import')))
  await ada.sees(ada.heading('orders-prod'))
  await ada.sees(say('clusters.sentences.running', { up: 3, total: 3 }))
  const members = ada.page.getByRole('table', { name: say('overview.members.label') })
  expect(await members.getByRole('row').count()).toBe(4)
  const topology = ada.page.getByRole('list', { name: say('overview.topology.label') })
  expect(await topology.getByText(say('overview.members.roles.leader'), { exact: true }).count()).toBe(1)
  expect(ada.problems).toEqual([])
}, 240_000)

test('what is typed stays when the look is refused, and what is wrong is told at its field', async () => {
  await using ada = await chromium.visit()
  const { teamId } = await arriveAsOwner(ada)
  await ada.open('/clusters/import')
  await ada.field(field('name')).fill('orders')
  await ada.field(field('endpoints')).fill('etcd-0.example.com')
  await ada.button(say('clusters.import.look')).click()
  await ada.sees(say('validation.endpoint-scheme-missing'))
  await ada.field(field('endpoints')).fill('https://127.0.0.1:2379')
  await ada.field(optional('clientCert')).fill(wrongCa)
  await ada.button(say('clusters.import.look')).click()
  await ada.sees(say('validation.key-missing'))
  await ada.field(optional('clientCert')).fill('')
  await ada.button(say('clusters.import.look')).click()
  await ada.sees('npm start -- --allow 127.0.0.1:2379')
  await ada.sees(`npm run net:allow -- 127.0.0.1:2379 --team ${teamId}`)
  expect(await ada.field(field('name')).inputValue()).toBe('orders')
  expect(await ada.page.getByRole('checkbox', { name: say('clusters.import.accept') }).count()).toBe(0)
  await ada.sees(say('clusters.import.denied'))
})

test('a cluster that is down is saved when somebody says so, and is never shown as running', async () => {
  await using ada = await chromium.visit()
  await arriveAsOwner(ada)
  await ada.open('/clusters/import')
  await ada.field(field('name')).fill('asleep')
  await ada.field(field('endpoints')).fill('https://etcd.invalid:2379')
  await ada.button(say('clusters.import.look')).click()
  await ada.page.getByRole('checkbox', { name: say('clusters.import.accept') }).click()
  await ada.button(say('clusters.import.import')).click()
  await ada.sees(ada.heading('asleep'))
  await ada.sees(say('clusters.sentences.unreachable'))
  await ada.open('/clusters')
  await ada.sees(ada.page.getByRole('cell', { name: say('clusters.problems.name-unknown') }))
  expect(await ada.page.getByText(say('clusters.states.running'), { exact: true }).count()).toBe(0)
})

describe('who may what', () => {
  test('a viewer sees clusters, has no import button, and is refused by page and API', async () => {
    const owner = await newOwner()
    const clusterId = await importByApi(owner)
    const viewer = await join(owner, 'viewer')
    await using grace = await chromium.visit()
    await grace.take(viewer.session)
    await grace.open('/clusters')
    await grace.sees(grace.link('orders'))
    expect(await grace.button(say('clusters.importMenu.open')).count()).toBe(0)
    await grace.open(`/clusters/${clusterId}`)
    expect(await grace.button(say('clusters.actions.look')).count()).toBe(0)
    await grace.open('/clusters/import')
    expect(await grace.field(field('endpoints')).count()).toBe(0)
    const body = { name: 'mine', endpoints: endpoints() }
    for (const [method, path, sent] of [
      ['POST', '/clusters', body],
      ['POST', '/cluster-diagnoses', { endpoints: endpoints() }],
      ['POST', `/clusters/${clusterId}/diagnosis`, {}],
      ['PATCH', `/clusters/${clusterId}`, { name: 'mine' }],
      ['DELETE', `/clusters/${clusterId}`, { confirmName: 'orders' }],
    ] as const) {
      expect([path, (await grace.api(method, path, sent)).status]).toEqual([path, 403])
    }
    expect(grace.problems).toEqual([])
  })

  test('another team sees none of it', async () => {
    const owner = await newOwner()
    const clusterId = await importByApi(owner)
    await using eve = await chromium.visit()
    await arriveAsOwner(eve)
    await eve.open('/clusters')
    await eve.sees(eve.heading(say('clusters.empty.title')))
    const answer = await eve.page.goto(`/clusters/${clusterId}`)
    expect(answer?.status()).toBe(404)
    expect(await eve.page.getByText('orders').count()).toBe(0)
    expect((await eve.api('GET', `/clusters/${clusterId}`)).status).toBe(404)
    expect((await eve.api('POST', `/clusters/${clusterId}/diagnosis`)).status).toBe(404)
  })
})

test('new credentials are tried first: refused, the old ones stay, and the diagnosis says why', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await importByApi(owner)
  await ada.open(`/clusters/${clusterId}?tab=access`)
  await ada.button(say('clusters.access.readerChange', { action: say('clusters.access.replace') })).click()
  const dialog = ada.dialog(say('clusters.credential.readerTitle', { name: 'orders' }))
  await dialog.getByLabel(field('readerPassword'), { exact: true }).fill('wrong')
  await dialog.getByRole('button', { name: say('clusters.tried.submit') }).click()
  await ada.sees(dialog.getByText(say('clusters.tried.refusedTitle')))
  await ada.sees(dialog.getByText(say('diagnosis.found.auth-wrong-password', { username: 'reader' })))
  expect(await dialog.getByLabel(field('readerPassword'), { exact: true }).inputValue()).toBe('wrong')
  await dialog.getByLabel(field('readerPassword'), { exact: true }).fill(password)
  await dialog.getByRole('button', { name: say('clusters.tried.submit') }).click()
  await ada.losesSightOf(dialog)
  await ada.button(say('clusters.actions.look')).click()
  await ada.sees(say('clusters.look.usable', { count: 1 }))
  expect(ada.problems).toEqual([])
})

test('a way that leads to another etcd is refused until somebody says it is meant', async () => {
  await using other = await startEtcd()
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const addresses = other.members.map(({ clientUrl }) => clientUrl)
  // Before the first collection: a worker remembers for a while what a team may reach.
  await grantAddresses(owner.teamId, addresses)
  const clusterId = await importByApi(owner)
  await ada.open(`/clusters/${clusterId}?tab=access`)
  await ada.button(say('clusters.access.changeWay')).click()
  const dialog = ada.dialog(say('clusters.way.title', { name: 'orders' }))
  const save = dialog.getByRole('button', { name: say('clusters.tried.submit') })
  await dialog.getByLabel(field('endpoints'), { exact: true }).fill(addresses.join('\n'))
  await dialog.getByRole('checkbox', { name: say('clusters.way.dropCa') }).click()
  await save.click()
  await ada.sees(dialog.getByText(say('clusters.way.passwordsAgain')))
  const again = dialog.getByLabel(field('readerPassword'), { exact: true })
  await expect.poll(() => again.evaluate((input) => input === document.activeElement)).toBe(true)
  await again.fill(password)
  await save.click()
  await ada.sees(dialog.getByText(say('errors.cluster-is-another')))
  await dialog.getByRole('checkbox', { name: say('clusters.tried.acceptAnother') }).click()
  await save.click()
  await ada.losesSightOf(dialog)
  await ada.sees(ada.page.getByText(addresses[0] ?? '', { exact: true }))
  await expect
    .poll(async () => (await ada.api('GET', `/clusters/${clusterId}`)).body, { timeout: 80_000 })
    .toMatchObject({ data: { endpoints: addresses, membersTotal: 1, state: 'running' } })
  expect(ada.problems).toEqual([])
}, 150_000)

test('a cluster is protected, freed and removed by its name; the etcd goes on running', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await importByApi(owner, { isProtected: true })
  await ada.open('/clusters')
  const menu = ada.button(say('ui.table.actionsOf', { name: 'orders' }))
  const entry = (id: string) =>
    ada.page.getByRole('menuitem', { name: new RegExp(`^${say(`clusters.actions.${id}`)}`) })
  await menu.click()
  expect(await entry('remove').getAttribute('aria-disabled')).toBe('true')
  await entry('unprotect').click()
  await ada.sees(say('clusters.changes.unprotected', { name: 'orders' }))
  await menu.click()
  await entry('remove').click()
  const dialog = ada.dialog(say('clusters.remove.title', { name: 'orders' }))
  await ada.sees(dialog.getByText(say('clusters.remove.description')))
  await dialog.getByRole('textbox').fill('orders')
  await dialog.getByRole('button', { name: say('clusters.remove.submit') }).click()
  await ada.sees(ada.heading(say('clusters.empty.title')))
  await importByApi(owner, { name: 'orders-again' })
  await ada.sees(ada.link('orders-again'))
  expect(ada.problems).toEqual([])
})

test('the list is narrowed by state, version and label, and its address shows the same to whoever gets it', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await importByApi(owner, { name: 'orders', labels: { env: 'prod' } })
  const asleep = { name: 'asleep', endpoints: ['https://etcd.invalid:2379'], acceptFailing: true }
  await owner.session.api('POST', '/clusters', { ...asleep, labels: { env: 'test' } })
  await ada.open('/clusters')
  await ada.sees(ada.link('asleep'))
  await ada.field(say('clusters.table.labelFilter')).fill('env=prod')
  await ada.losesSightOf(ada.link('asleep'))
  await ada.field(say('clusters.table.versionFilter')).fill('3.5')
  await ada.page.waitForURL(/version=3\.5/)
  const address = new URL(ada.page.url())
  expect(address.searchParams.get('label')).toBe('env=prod')
  await ada.open(address.pathname + address.search)
  await ada.sees(ada.link('orders'))
  expect(await ada.link('asleep').count()).toBe(0)
  await ada.open('/clusters?state=unreachable&sort=-name')
  await ada.sees(ada.link('asleep'))
  expect(await ada.link('orders').count()).toBe(0)
})

test('a look, well or ill, has no serious fault for axe in either theme, and no English in Chinese', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await importByApi(owner)
  await ada.open('/clusters/import')
  await ada.field(field('name')).fill('orders-two')
  await ada.field(field('endpoints')).fill(endpoints().join(' '))
  await ada.field(optional('ca')).fill(wrongCa)
  await ada.button(say('clusters.import.look')).click()
  await ada.sees(say('diagnosis.fix.tls-unknown-ca'))
  const faults: Record<string, string[]> = { light: await axeFaults(ada.page) }
  await ada.page.emulateMedia({ colorScheme: 'dark' })
  faults.dark = await axeFaults(ada.page)
  await ada.page.setViewportSize({ width: 390, height: 844 })
  faults.wide = await widePlaces(ada.page)
  await ada.context.addCookies([{ name: localeCookieName, value: 'zh', url: ada.url }])
  await ada.open(`/clusters/${clusterId}`)
  await ada.button(say('clusters.actions.look', {}, 'zh')).click()
  await ada.sees(say('clusters.look.usable', { count: 1 }, 'zh'))
  faults.zh = [...(await axeFaults(ada.page)), ...(await englishLeft(ada.page)), ...(await widePlaces(ada.page))]
  expect(faults).toEqual({ light: [], dark: [], wide: [], zh: [] })
  expect(ada.problems).toEqual([])
})

test('by keyboard the palette finds a cluster by its name and opens it, and says how many there are', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const sleeping = { endpoints: ['https://etcd.invalid:2379'], acceptFailing: true }
  for (const name of ['orders-eu', 'orders-us', 'billing']) {
    await owner.session.api('POST', '/clusters', { ...sleeping, name })
  }
  await ada.open('/account')
  await ada.isLive()
  await ada.keyboard.keys('Control+k')
  const palette = ada.dialog(say('shell.palette.title'))
  const clusters = palette.getByRole('group', { name: say('shell.palette.clusters') }).getByRole('option')
  await palette.getByRole('combobox').waitFor()
  await ada.keyboard.type('orders')
  await ada.sees(palette.getByRole('status').getByText(say('shell.palette.clustersFound', { count: 2 })))
  expect(await clusters.count()).toBe(2)
  await ada.keyboard.type('-us')
  await ada.sees(palette.getByRole('status').getByText(say('shell.palette.clustersFound', { count: 1 })))
  await ada.sees(clusters.filter({ hasText: 'orders-us' }).and(ada.page.locator('[aria-selected="true"]')))
  await ada.keyboard.keys('Enter')
  await ada.sees(ada.heading('orders-us'))
  expect(ada.problems).toEqual([])
})

test('on a phone the stage that failed comes into sight, leads to its field, and the way back stays', async () => {
  await using ada = await chromium.visit({ viewport: { width: 390, height: 844 } })
  await arriveAsOwner(ada)
  await ada.open('/clusters/import')
  const isInSight = (element: Locator) =>
    element.evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect()
      return top >= 0 && bottom <= innerHeight
    })
  await ada.field(field('name')).fill('asleep')
  await ada.field(field('endpoints')).fill('https://etcd.invalid:2379')
  await ada.button(say('clusters.import.look')).click()
  await ada.sees(say('diagnosis.fix.name-unknown'))
  expect(await isInSight(stage(ada, 'dns'))).toBe(true)
  const back = ada.button(say('clusters.import.toResult'))
  expect(await back.count()).toBe(0)
  await ada.button(say('clusters.look.toField', { field: field('endpoints') })).click()
  await ada.sees(back)
  expect(await isInSight(ada.field(field('endpoints')))).toBe(true)
  await back.click()
  await ada.losesSightOf(back)
  expect(await isInSight(stage(ada, 'dns'))).toBe(true)
  expect(ada.problems).toEqual([])
})
