import { z } from 'zod'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { versionKey } from '#lib/services/clusters/version-key.ts'
import { grantPlan } from '#lib/services/team/grant-plan.ts'
import { appEnvironment } from '#scripts/app/app-environment.ts'
import { generateSecrets } from '#scripts/secrets.ts'
import { print } from '#scripts/steps.ts'
import type { ApiAnswer } from '#tests/support/browser-session.ts'
import { BrowserSession } from '#tests/support/browser-session.ts'
import { percentile } from '#tests/support/percentile.ts'
import { createDatabaseOn, startTestServers } from '#tests/support/servers.ts'
import { newAddress } from '#tests/support/signed-in.ts'
import { startApp } from '#tests/support/stack.ts'

// How long a page of the cluster list takes by HTTP, sorted, filtered and paged deep, in a team of ten thousand clusters.

const clustersCount = 10_000
const requestsCount = 400
const atOnce = 4
const p95MaxMs = 300

const versions = ['3.4.23', '3.5.16', '3.5.28', '3.6.9']
const states = ['running', 'running', 'running', 'degraded', 'at-risk', 'unreachable', 'unknown']
const labelOf = (n: number) => ({ env: n % 5 === 0 ? 'prod' : 'test', zone: `zone-${n % 37}` })

const queries = [
  '',
  'sort=name',
  'sort=-name',
  'sort=version',
  'sort=-state',
  'state=degraded&sort=name',
  'version=3.5&sort=version',
  'label=env%3Dprod&sort=-createdAt',
  'q=cluster-77',
  'q=nothing-is-called-this',
  'label=zone%3Dzone-7&state=running&q=cluster&sort=-name',
]

const pageShape = z.object({ data: z.array(z.unknown()), nextCursor: z.string().nullable() })

const servers = await startTestServers()
try {
  const { urls } = await createDatabaseOn(servers.info)
  const { redisUrl } = servers.info
  const env = appEnvironment({ databaseUrls: urls, redisUrl }, generateSecrets())
  Object.assign(process.env, env, { LOG_LEVEL: 'error', PUBLIC_URL: 'http://localhost:3000' })
  const app = await startApp({
    databaseUrls: urls,
    redisUrl,
    withWorker: false,
    env: { ROOT_KEYS: env.ROOT_KEYS ?? '', TRUST_PROXY_HOPS: '1' },
  })
  try {
    const browser = new BrowserSession(app.url, { 'x-forwarded-for': newAddress() })
    const { teamId } = await browser.signUp()
    await grantPlan({ team: teamId, plan: 'enterprise', limits: {}, command: 'bench', requestId: newId() })
    await seed(teamId)
    await measure(browser, queries.length * 2)
    const times = await measure(browser, requestsCount)
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => Math.round(percentile(times, part)))
    print(
      `${requestsCount} pages of ${clustersCount} clusters, ${atOnce} at once   p50 ${p50} ms   p95 ${p95} ms   p99 ${p99} ms`,
    )
    print(`bench list p95 ${p95} ms`)
    if ((p95 ?? 0) > p95MaxMs) print(`not below the promised ${p95MaxMs} ms`)
  } finally {
    await app.stop()
  }
} finally {
  await closePools()
  await servers.stop()
}

async function seed(tenantId: string): Promise<void> {
  const rows = Array.from({ length: clustersCount }, (_, n) => {
    const version = versions[n % versions.length] ?? ''
    return {
      tenantId,
      id: newId(),
      name: `cluster-${String((n * 7_919) % clustersCount).padStart(5, '0')}`,
      description: `behind gateway ${n % 211}`,
      provider: 'imported',
      state: states[n % states.length] ?? 'unknown',
      version,
      versionKey: versionKey(version),
      labels: labelOf(n),
      membersTotal: 3,
      membersUp: 3,
      endpoints: [`https://10.0.${n >> 8}.${n & 255}:2379`],
      createdAt: new Date(Date.now() - n * 60_000),
    }
  })
  for (let from = 0; from < rows.length; from += 1_000) {
    await withTenant(tenantId, (db) => db.cluster.createMany({ data: rows.slice(from, from + 1_000) }))
  }
}

/** Milliseconds of each page; each list is followed three pages deep, as people page. */
async function measure(browser: BrowserSession, count: number): Promise<number[]> {
  const times: number[] = []
  let next = 0
  const visit = async () => {
    while (next < count) {
      const query = queries[next % queries.length] ?? ''
      let cursor: string | null = ''
      for (let page = 0; page < 3 && cursor !== null; page += 1) {
        next += 1
        const startedAt = performance.now()
        const path = `/clusters?limit=50&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`
        cursor = nextOf(await browser.api('GET', path))
        times.push(performance.now() - startedAt)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, visit))
  return times
}

function nextOf({ status, body }: ApiAnswer): string | null {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return pageShape.parse(body).nextCursor
}
