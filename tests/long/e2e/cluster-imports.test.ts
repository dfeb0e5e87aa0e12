import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { Secret } from '#lib/secret.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, englishLeft, widePlaces } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { portsOf } from '#tests/support/cluster-imports.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Owner } from '#tests/support/journey.ts'
import { join, newOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const goodCount = 180
const workMaxMs = 240_000
const columns = ['name', 'endpoints', 'labels', 'ca', 'server_name', 'reader_username', 'reader_password', 'network']

let open: RunningEtcd
let locked: RunningEtcd

beforeAll(async () => {
  ;[open, locked] = await Promise.all([
    startEtcd({ version: '3.4' }),
    startEtcd({
      tls: 'server',
      users: [
        { name: 'root', password: new Secret('root-password') },
        { name: 'reader', password: new Secret('reader-password'), grants: [{ access: 'read', prefix: '' }] },
      ],
    }),
  ])
}, 300_000)

afterAll(async () => {
  await Promise.all([open?.stop(), locked?.stop()])
})

type Row = Partial<
  Record<
    'name' | 'endpoints' | 'labels' | 'ca' | 'server_name' | 'reader_username' | 'reader_password' | 'network',
    string
  >
>

const addressOf = ({ members }: RunningEtcd) => members[0]?.clientUrl ?? ''
const credentials = { reader_username: 'reader', reader_password: 'reader-password' }
const openRow = (): Row => ({ endpoints: addressOf(open), labels: 'env=test' })
const lockedRow = (): Row => ({
  endpoints: addressOf(locked),
  labels: 'env=prod;region=eu',
  ca: 'pki/ca.pem',
  ...credentials,
})
const reversed = (url: string) =>
  url.startsWith('https') ? url.replace('https', 'http') : url.replace('http', 'https')

/** Each wrong in a way of its own. */
const wrongRows = (): Row[] => [
  { ...openRow(), name: '' },
  { ...openRow(), name: 'good-1' },
  { ...openRow(), name: 'x'.repeat(200) },
  { ...openRow(), endpoints: '' },
  { ...openRow(), endpoints: 'http://' },
  { ...openRow(), endpoints: '127.0.0.1:2379' },
  { ...openRow(), endpoints: `${addressOf(open)} ${addressOf(locked)}` },
  { ...openRow(), endpoints: 'http://127.0.0.1:70000' },
  { ...openRow(), endpoints: 'http://127.0.0.1:1' },
  { ...openRow(), endpoints: 'http://127.0.0.1:2' },
  { ...openRow(), endpoints: 'http://169.254.169.254:80' },
  { ...openRow(), endpoints: reversed(addressOf(open)) },
  { ...openRow(), endpoints: reversed(addressOf(locked)) },
  { ...openRow(), labels: '-bad=label' },
  { ...openRow(), labels: 'env=bad value!' },
  { ...openRow(), network: 'Not A Network' },
  { ...lockedRow(), ca: 'pki/missing.pem' },
  { ...lockedRow(), ca: '' },
  { ...lockedRow(), reader_password: 'wrong' },
  { ...lockedRow(), reader_username: '', reader_password: '' },
]

function listOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => row[column as keyof Row] ?? '').join(','))
  return [columns.join(','), ...lines].join('\n')
}

/** 180 good rows with the 20 wrong ones among them. */
function bigList(): string {
  const good = Array.from(
    { length: goodCount },
    (_, n): Row => ({ ...(n % 3 === 0 ? lockedRow() : openRow()), name: `good-${n}` }),
  )
  const wrong = wrongRows().map((row, n): Row => ({ name: `wrong-${n}`, ...row }))
  return listOf([...good.slice(0, 90), ...wrong, ...good.slice(90)])
}

/** An owner whose team may have many clusters, and reach these two and a port nobody listens on. */
async function arriveWithReach(): Promise<{ visitor: Visitor; owner: Owner }> {
  const [visitor, owner] = await Promise.all([chromium.visit(), newOwner()])
  await withPostgres(inject('product').adminUrl, async (client) => {
    await client.query(`UPDATE tenant SET "plan" = 'business' WHERE "id" = $1`, [owner.teamId])
    await client.query(
      `INSERT INTO address_grant ("tenantId", "address", "port") SELECT $1, '127.0.0.1', unnest($2::int[])`,
      [owner.teamId, [...portsOf(open, locked), 1]],
    )
  })
  await visitor.take(owner.session)
  return { visitor, owner }
}

/** Gives a file to a field of the page: the list itself, or what comes along with it. */
async function choose(page: Page, field: 'list' | 'attached', { name, text }: { name: string; text: string }) {
  const fields = page.locator('main input[type="file"]')
  const file = { name, mimeType: 'text/plain', buffer: Buffer.from(text) }
  await fields.nth(field === 'list' ? 0 : 1).setInputFiles(file)
}

const words = (key: string, params?: Record<string, string | number>) => say(`cluster-imports.${key}`, params)

describe('a list of 200 clusters, 20 of them wrong', () => {
  test('is looked at row by row, and what is right comes in', async () => {
    const { visitor, owner } = await arriveWithReach()
    await using _closed = visitor
    const { page } = visitor
    await visitor.open('/clusters/import-file')
    await choose(page, 'list', { name: 'fleet.csv', text: bigList() })
    await visitor.sees(words('list.recognised'))
    await choose(page, 'attached', { name: 'ca.pem', text: locked.tls?.caPem ?? '' })
    await visitor.sees('ca.pem')
    await visitor.button(words('list.submit')).click()
    await visitor.sees(visitor.heading('fleet.csv'))
    await visitor.sees(words('summary.checked', { ready: goodCount, refused: 20 }), workMaxMs)

    await visitor.button(words('filtered', { state: words('rowStates.refused'), count: 20 })).click()
    await visitor.sees('wrong-19')
    const rows = page.getByRole('table').getByRole('row')
    await expect.poll(() => rows.count()).toBe(21)
    const told = await Promise.all((await rows.all()).slice(1).map((row) => visitor.textOf(row)))
    for (const text of told) expect(text.length, text).toBeGreaterThan(40)
    expect(told.find((text) => text.includes('wrong-8'))).toContain('nothing listens')
    expect(await axeFaults(page)).toEqual([])

    const address = page.url()
    await visitor.button(words('import', { count: goodCount })).click()
    await visitor.sees(words('summary.done', { created: goodCount, changed: 0, unchanged: 0, left: 20 }), workMaxMs)
    const listed = await owner.session.api('GET', '/clusters?limit=200')
    expect((listed.body as { data: unknown[] }).data).toHaveLength(goodCount)
    await visitor.link(words('toClusters')).click()
    await visitor.sees(visitor.link('good-0'))
    // However many there are, the page holds one page of them.
    expect(await page.getByRole('row').count()).toBeLessThanOrEqual(60)
    expect(visitor.problems).toEqual([])

    const stranger = await newOwner()
    const path = `/cluster-imports/${address.slice(address.lastIndexOf('/') + 1).split('?')[0]}`
    expect(await stranger.session.api('GET', path)).toMatchObject({ status: 404 })
    expect(await stranger.session.api('GET', `${path}/rows`)).toMatchObject({ status: 404 })
  }, 600_000)
})

test('a list that cannot be read is told at its field, with the line, and nothing typed is lost', async () => {
  const { visitor } = await arriveWithReach()
  await using _closed = visitor
  await visitor.open('/clusters/import-file')
  const text = 'name,endpoints,colour\na,b,c'
  await visitor.field(words('list.text')).fill(text)
  await visitor.sees(words('list.recognised'))
  await visitor.button(words('list.submit')).click()
  await visitor.sees(say('validation.csv-unknown-column', { line: 1, name: 'colour' }))
  expect(await visitor.field(words('list.text')).inputValue()).toBe(text)
})

test('a list is given up after it was looked at; a viewer reads it and hands in none', async () => {
  const { visitor, owner } = await arriveWithReach()
  await using _closed = visitor
  await visitor.open('/clusters/import-file')
  await visitor.field(words('list.text')).fill(listOf([{ ...openRow(), name: 'only' }]))
  await visitor.button(words('list.submit')).click()
  await visitor.sees(words('summary.checked', { ready: 1, refused: 0 }), 60_000)
  await visitor.button(words('giveUp')).click()
  await visitor
    .dialog()
    .getByRole('button', { name: words('giveUp') })
    .click()
  await visitor.sees(words('summary.cancelled', { created: 0 }))
  const address = visitor.page.url()
  const { session } = await join(owner, 'viewer')
  await visitor.take(session)
  await visitor.page.goto(address)
  await visitor.sees(words('summary.cancelled', { created: 0 }))
  await visitor.open('/clusters/import-file')
  expect(await visitor.button(words('list.submit')).count()).toBe(0)
  const refused = await session.api('POST', '/cluster-imports', { format: 'csv', text: listOf([openRow()]) })
  expect(refused).toMatchObject({ status: 403 })
  expect(visitor.problems).toEqual([])
})

test.each([
  ['en', 'light', 1440],
  ['zh', 'dark', 390],
] as const)('both pages are in order in %s, %s, at %i pixels', async (locale, colorScheme, width) => {
  const { owner, visitor: first } = await arriveWithReach()
  await first[Symbol.asyncDispose]()
  await using visitor = await chromium.visit({ locale, colorScheme, viewport: { width, height: 900 } })
  await visitor.take(owner.session)
  await visitor.context.addCookies([{ name: localeCookieName, value: locale, url: visitor.url }])
  const made = await owner.session.api('POST', '/cluster-imports', {
    format: 'csv',
    text: listOf([{ ...openRow(), name: 'a' }, ...wrongRows().map((row, n) => ({ name: `wrong-${n}`, ...row }))]),
    fileName: 'fleet.csv',
  })
  const { id } = (made.body as { data: { id: string } }).data
  await expect
    .poll(
      async () =>
        ((await owner.session.api('GET', `/cluster-imports/${id}`)).body as { data: { state: string } }).data.state,
      {
        timeout: 60_000,
      },
    )
    .toBe('checked')
  for (const path of ['/clusters/import-file', `/clusters/import-file/${id}`]) {
    await visitor.open(path)
    await visitor.settled()
    const english = locale === 'zh' ? await englishLeft(visitor.page) : []
    expect([path, ...(await axeFaults(visitor.page)), ...(await widePlaces(visitor.page)), ...english]).toEqual([path])
  }
  expect(visitor.problems).toEqual([])
})
