import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Response } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { addDirectory, bringIn, prove, putPods } from '#tests/support/backed-up-cluster.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, contrastFaults, englishLeft, focusFaults, widePlaces } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import type { Owner } from '#tests/support/journey.ts'
import { invite, join, newOwner } from '#tests/support/journey.ts'

const chromium = openChromium()

interface PageFile {
  /** As the router knows it: `/members`, `/clusters/[clusterId]`. */
  route: string
  isConsole: boolean
}

/** Every page there is: a new one is covered the moment it exists. */
const pages: PageFile[] = globSync('app/**/page.tsx')
  .map((file) => ({
    route: `/${dirname(file).split('/').slice(1).filter(isInAddress).join('/')}`,
    isConsole: !file.startsWith('app/(auth)/'),
  }))
  .sort((one, other) => one.route.localeCompare(other.route))

function isInAddress(segment: string): boolean {
  return !segment.startsWith('(')
}

/** Shown to nobody but those who build the product. */
const onlyInDevelopment = ['/gallery']

const phone = { width: 390, height: 844 }

let owner: Owner
let etcd: RunningEtcd
/** What the changeable parts of addresses stand for: `/clusters/[clusterId]` is the page of this one. */
let ids: Record<string, string>

beforeAll(async () => {
  owner = await newOwner()
  await join(owner, 'viewer', 'Grace')
  await invite(owner, 'operator')
  await owner.session.api('POST', '/api-keys', { name: 'ci', scopes: ['clusters:read'], expiresInDays: 30 })
  etcd = await startEtcd()
  await putPods(etcd, 3)
  await addDirectory(owner)
  ids = {
    drillId: await prove(owner, await bringIn(owner, 'payments', etcd)),
    clusterId: await idOf('/clusters', {
      name: 'orders',
      labels: { env: 'prod' },
      endpoints: ['https://etcd.invalid:2379'],
      acceptFailing: true,
    }),
    importId: await idOf('/cluster-imports', {
      format: 'csv',
      fileName: 'fleet.csv',
      text: 'name,endpoints\npayments,https://etcd.invalid:2379\nbroken,nonsense\n',
    }),
  }
})

afterAll(() => etcd?.stop())

const made = z.object({ data: z.object({ id: z.string() }) })

/** Makes one thing by API. */
async function idOf(path: string, body: Record<string, unknown>): Promise<string> {
  const answer = await owner.session.api('POST', path, body)
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return made.parse(answer.body).data.id
}

async function visit({ isConsole }: PageFile): Promise<Visitor> {
  const visitor = await chromium.visit()
  if (isConsole) await visitor.take(owner.session)
  return visitor
}

async function goTo(visitor: Visitor, { route }: PageFile): Promise<Response | null> {
  const response = await visitor.page.goto(route.replaceAll(/\[(\w+)\]/g, (part, name: string) => ids[name] ?? part))
  await visitor.ready()
  await visitor.settled()
  return response
}

describe.each(pages)('the page $route', (page) => {
  let arrival: Promise<{ visitor: Visitor; response: Response | null }> | undefined
  /** One visit for all that is looked at. */
  const arrive = () => {
    arrival ??= visit(page).then(async (visitor) => ({ visitor, response: await goTo(visitor, page) }))
    return arrival
  }
  afterAll(async () => (await arrival)?.visitor[Symbol.asyncDispose]())

  test('is there, quiet, within its content policy, and shows where the focus is at every stop of Tab', async () => {
    const { visitor, response } = await arrive()
    expect(response?.status()).toBe(onlyInDevelopment.includes(page.route) ? 404 : 200)
    expect(response?.headers()['content-security-policy']).toMatch(/script-src [^;]*'nonce-[^;]*'strict-dynamic'/)
    expect(await visitor.page.getByRole('heading', { level: 1 }).count()).toBe(1)
    expect(await visitor.page.title()).toMatch(/Kstone$/)
    const { stops, faults } = await focusFaults(visitor.page)
    expect(faults).toEqual([])
    expect(stops).toBeGreaterThan(0)
    expect(visitor.problems).toEqual([])
  })

  test('has no serious fault for axe, no sideways scrolling on a phone and no English in Chinese', async () => {
    const { visitor } = await arrive()
    const faults = { light: await axeFaults(visitor.page) }
    await visitor.page.emulateMedia({ colorScheme: 'dark' })
    Object.assign(faults, { dark: await contrastFaults(visitor.page) })
    await visitor.page.setViewportSize(phone)
    Object.assign(faults, { wideInEnglish: await widePlaces(visitor.page) })
    await visitor.context.addCookies([{ name: localeCookieName, value: 'zh', url: visitor.url }])
    await goTo(visitor, page)
    Object.assign(faults, {
      wideInChinese: await widePlaces(visitor.page),
      onPhone: await axeFaults(visitor.page),
      english: await englishLeft(visitor.page),
    })
    expect(faults).toEqual({ light: [], dark: [], wideInEnglish: [], wideInChinese: [], onPhone: [], english: [] })
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('zh-CN')
    expect(visitor.problems).toEqual([])
  })
})
