import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Response } from 'playwright'
import { z } from 'zod'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { addDirectory, bringIn, prove, putPods } from './backed-up-cluster.ts'
import type { Chromium } from './browser.ts'
import type { Visitor } from './browser-visitor.ts'
import { startEtcd } from './etcd.ts'
import type { Owner } from './journey.ts'
import { invite, join, newOwner } from './journey.ts'

export interface PageFile {
  /** As the router knows it: `/members`, `/clusters/[clusterId]`. */
  readonly route: string
  readonly isConsole: boolean
}

/** Every page there is: a new one is covered the moment it exists. */
const everyPage: readonly PageFile[] = globSync('app/**/page.tsx')
  .map((file) => ({
    route: `/${dirname(file).split('/').slice(1).filter(isInAddress).join('/')}`,
    isConsole: !file.startsWith('app/(auth)/'),
  }))
  .sort((one, other) => one.route.localeCompare(other.route))

function isInAddress(segment: string): boolean {
  return !segment.startsWith('(')
}

const isOfFleet = ({ route }: PageFile) => /^\/(clusters|findings|backups|drills|storage|activity)\b/.test(route)

/** Every page is one of these or of those, so that two test files share them: what is about clusters, and all others. */
export const pagesOfFleet = everyPage.filter(isOfFleet)
export const otherPages = everyPage.filter((page) => !isOfFleet(page))

/** Shown to nobody but those who build the product. */
export const onlyInDevelopment = ['/gallery']

export const phone = { width: 390, height: 844 }

/** A team that has something of everything, so that no page is empty. */
export interface PageTour extends AsyncDisposable {
  visit(page: PageFile): Promise<Visitor>
  goTo(visitor: Visitor, page: PageFile): Promise<Response | null>
}

export async function openPageTour(chromium: Chromium): Promise<PageTour> {
  const owner = await newOwner()
  await join(owner, 'viewer', 'Grace')
  await invite(owner, 'operator')
  await owner.session.api('POST', '/api-keys', { name: 'ci', scopes: ['clusters:read'], expiresInDays: 30 })
  const etcd = await startEtcd()
  const ids = await makeThings(owner, etcd)
  return {
    async visit({ isConsole }) {
      const visitor = await chromium.visit()
      if (isConsole) await visitor.take(owner.session)
      return visitor
    },
    async goTo(visitor, { route }) {
      const address = route.replaceAll(/\[(\w+)\]/g, (part, name: string) => ids[name] ?? part)
      const response = await visitor.page.goto(address)
      await visitor.ready()
      await visitor.settled()
      return response
    },
    [Symbol.asyncDispose]: () => etcd.stop(),
  }
}

/** What the changeable parts of addresses stand for: `/clusters/[clusterId]` is the page of this one. */
async function makeThings(owner: Owner, etcd: RunningEtcd): Promise<Record<string, string>> {
  await putPods(etcd, 3)
  await addDirectory(owner)
  return {
    drillId: await prove(owner, await bringIn(owner, 'payments', etcd)),
    clusterId: await idOf(owner, '/clusters', {
      name: 'orders',
      labels: { env: 'prod' },
      endpoints: ['https://etcd.invalid:2379'],
      acceptFailing: true,
    }),
    importId: await idOf(owner, '/cluster-imports', {
      format: 'csv',
      fileName: 'fleet.csv',
      text: 'name,endpoints\npayments,https://etcd.invalid:2379\nbroken,nonsense\n',
    }),
  }
}

const made = z.object({ data: z.object({ id: z.string() }) })

/** Makes one thing by API. */
async function idOf(owner: Owner, path: string, body: Record<string, unknown>): Promise<string> {
  const answer = await owner.session.api('POST', path, body)
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return made.parse(answer.body).data.id
}
