import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { Secret } from '#lib/secret.ts'
import { exhaustSpace, fill } from '#scripts/demo/fill.ts'
import { kubernetesData } from '#scripts/demo/kubernetes-data.ts'
import { grantAddresses } from '#tests/support/address-grants.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, widePlaces } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { arriveAsOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const made = z.object({ data: z.object({ id: z.string() }) })
const mebibyte = 1024 * 1024

/** Clusters as the demo has them: one that is well, one that is full, and one of whose members one is down. */
let fleet: { kubernetes: RunningEtcd; apisix: RunningEtcd; orders: RunningEtcd }

beforeAll(async () => {
  const [kubernetes, apisix, orders] = await Promise.all([
    startEtcd({
      members: 3,
      tls: 'server',
      users: [
        { name: 'root', password: new Secret('of-root') },
        { name: 'reader', password: new Secret('of-reader'), grants: [{ access: 'read', prefix: '' }] },
      ],
    }),
    startEtcd({ version: '3.4', quotaBytes: 16 * mebibyte }),
    startEtcd({ members: 3 }),
  ])
  fleet = { kubernetes, apisix, orders }
  await fill(kubernetes, kubernetesData(), 'of-root')
  await exhaustSpace(apisix)
  await orders.members[2]?.stop()
}, 300_000)

afterAll(async () => {
  await Promise.all(Object.values(fleet ?? {}).map((etcd) => etcd.stop()))
})

/** Two intervals of ten seconds, and the time in between. */
const twoIntervalsMs = 30_000

test('what goes wrong shows without a reload, as a finding that opens and resolves, and follows its threshold', async () => {
  await using ada = await chromium.visit()
  const { session, teamId } = await arriveAsOwner(ada)
  const bringIn = async (name: string, etcd: RunningEtcd, more: object = {}) => {
    const endpoints = etcd.members.map(({ clientUrl }) => clientUrl)
    await grantAddresses(teamId, endpoints)
    const answer = await session.api('POST', '/clusters', { name, endpoints, ...more })
    if (answer.status !== 201) throw new Error(`the import answered ${answer.status} ${JSON.stringify(answer.body)}`)
    const { id } = made.parse(answer.body).data
    const settings = await session.api('PATCH', `/clusters/${id}/inspection-settings`, { everySeconds: 10 })
    expect(settings.status).toBe(200)
    return id
  }
  const users = {
    reader: { username: 'reader', password: 'of-reader' },
    root: { username: 'root', password: 'of-root' },
  }
  const kubernetes = await bringIn('kubernetes', fleet.kubernetes, {
    tls: { caPem: fleet.kubernetes.tls?.caPem },
    ...users,
  })
  await bringIn('apisix-edge', fleet.apisix)
  await bringIn('orders', fleet.orders)

  await ada.open('/clusters')
  await ada.isLive()
  await ada.sees(rowOf(ada, 'kubernetes', say('clusters.states.running')))
  await ada.sees(rowOf(ada, 'apisix-edge', say('clusters.states.degraded')), twoIntervalsMs)
  await ada.sees(rowOf(ada, 'orders', say('clusters.states.at-risk')))

  await ada.open(`/clusters/${kubernetes}`)
  await ada.isLive()
  await ada.sees(standing(ada).getByText(say('clusters.states.running')), twoIntervalsMs)
  const marked = await ada.page.evaluate(() => Object.assign(window, { isSamePage: true }).isSamePage)
  expect(marked).toBe(true)

  const [member] = fleet.kubernetes.members
  await member?.stop()
  await ada.sees(standing(ada).getByText(say('clusters.states.at-risk')), twoIntervalsMs)
  await ada.sees(openFindings(ada).getByText(/2 of 3 voting members answer/), twoIntervalsMs)
  expect(await axeFaults(ada.page)).toEqual([])
  expect(await widePlaces(ada.page)).toEqual([])

  await member?.restart()
  await ada.sees(standing(ada).getByText(say('clusters.states.running')), twoIntervalsMs)
  await openFindings(ada)
    .getByText(/2 of 3 voting members answer/)
    .waitFor({ state: 'detached', timeout: twoIntervalsMs })

  const tooMany = openFindings(ada).getByText(/from 1 on it is too many/)
  await setTotalKeys(ada, '1')
  await ada.sees(tooMany, twoIntervalsMs)
  await setTotalKeys(ada, '')
  await tooMany.waitFor({ state: 'detached', timeout: twoIntervalsMs })
  expect(await ada.page.evaluate(() => 'isSamePage' in window)).toBe(true)

  await ada.open('/findings?state=resolved')
  await ada.sees(ada.page.getByText(/2 of 3 voting members answer/))
  expect(ada.problems).toEqual([])
}, 300_000)

function rowOf({ page }: Visitor, name: string, state: string) {
  return page.getByRole('row').filter({ hasText: name }).getByText(state, { exact: true })
}

function standing({ page }: Visitor) {
  return page.getByRole('region', { name: say('overview.verdict.label') })
}

function openFindings({ page }: Visitor) {
  return page.getByRole('table', { name: say('findings.table.ofCluster') })
}

/** From how many keys in all the cluster is warned of, set on its own page; empty takes it back. */
async function setTotalKeys(ada: Visitor, value: string): Promise<void> {
  const { page } = ada
  await page.getByRole('tab', { name: say('clusters.page.tabs.inspections') }).click()
  await ada.field(say('inspections.settings.key-count.totalWarningKeys')).fill(value)
  await page
    .getByRole('button', { name: say('inspection-settings.save'), exact: true })
    .last()
    .click()
  await ada.sees(say('inspection-settings.saved'))
  await page.getByRole('tab', { name: say('clusters.page.tabs.overview') }).click()
}
