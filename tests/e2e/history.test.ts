import { describe, expect, inject, test } from 'vitest'
import { newId } from '#lib/ids.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, contrastFaults, englishLeft, widePlaces } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import type { Owner } from '#tests/support/journey.ts'
import { newOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const members = ['etcd-0', 'etcd-1', 'etcd-2']

/** A cluster nobody collects, as it went for the last 100 minutes; its second member was not seen for a while. */
async function addCluster({ teamId }: Owner, hasSamples: boolean): Promise<string> {
  const id = newId()
  await withPostgres(inject('product').adminUrl, async (client) => {
    await client.query(
      `INSERT INTO cluster ("tenantId", "id", "name", "provider", "endpoints") VALUES ($1, $2, $3, 'imported', '{}')`,
      [teamId, id, hasSamples ? 'orders' : 'fresh'],
    )
    await client.query(
      `INSERT INTO collection_state ("tenantId", "clusterId", "shard", "nextDueAt") VALUES ($1, $2, 0, NULL)`,
      [teamId, id],
    )
    await client.query(
      `INSERT INTO cluster_member ("tenantId", "clusterId", "memberId", "name", "peerUrls", "clientUrls")
       SELECT $1, $2, n::text, name, '{}', '{}' FROM unnest($3::text[]) WITH ORDINALITY AS m(name, n)`,
      [teamId, id, members],
    )
    if (hasSamples) await client.query(samplesOf, [teamId, id])
  })
  return id
}

const samplesOf = `
  INSERT INTO sample_raw ("tenantId", "clusterId", "memberId", "at", "dbSizeBytes", "dbInUseBytes", "revision", "raftLag",
                          "latencyMs", "latencyMaxMs")
  SELECT $1, $2, n::text, t, 1.1e9 + 5e7 * n, 6e8 + 4e7 * n * sin(extract(epoch FROM t) / 900),
         (extract(epoch FROM t) * 40)::bigint, n - 1, 1.5 + n, 2 + n
    FROM generate_series(1, 3) AS n, generate_series(now() - interval '100 minutes', now(), '1 minute') AS t
   WHERE n <> 2 OR t NOT BETWEEN now() - interval '50 minutes' AND now() - interval '30 minutes'`

const chartOf = ({ page }: Visitor, metric: string) =>
  page.getByRole('figure', { name: say(`charts.history.metrics.${metric}.title`), exact: true })

async function openHistory(visitor: Visitor, clusterId: string, query = ''): Promise<void> {
  await visitor.open(`/clusters/${clusterId}${query}`)
  // A line that goes straight on has no height, which a browser driver takes for hidden.
  await visitor.page.locator('.recharts-line path').first().waitFor({ state: 'attached' })
  await visitor.settled()
}

describe('the history of a cluster', () => {
  test('is drawn member by member with its gaps, as a picture, in words and as a table', async () => {
    await using visitor = await chromium.visit()
    const owner = await newOwner()
    const clusterId = await addCluster(owner, true)
    await visitor.take(owner.session)
    await openHistory(visitor, clusterId, '?range=1h')
    const size = chartOf(visitor, 'dbSize')
    expect(await size.locator('.recharts-line-curve').count()).toBe(6)
    // A path with a gap starts anew behind it.
    const path = await chartOf(visitor, 'latency').locator('.recharts-line-curve').nth(1).getAttribute('d')
    expect(path?.match(/M/g)).toHaveLength(2)
    await visitor.sees(chartOf(visitor, 'revisionRate').getByText('etcd-0: lowest 40/s, highest 40/s, last 40/s.'))

    await chartOf(visitor, 'raftLag')
      .getByRole('button', { name: say('charts.table'), exact: true })
      .click()
    const table = visitor.page.getByRole('table', { name: /Raft lag/ })
    await visitor.sees(table.getByRole('columnheader', { name: 'etcd-2' }))
    await visitor.sees(table.getByRole('cell', { name: '1 entry' }).first())
    expect(await table.getByRole('cell', { name: '—' }).count()).toBeGreaterThan(15)
    expect(await axeFaults(visitor.page)).toEqual([])
    expect(visitor.problems).toEqual([])
  })

  test('is stepped through by the arrow keys, and lines are put away by their names', async () => {
    await using visitor = await chromium.visit()
    const owner = await newOwner()
    await visitor.take(owner.session)
    await openHistory(visitor, await addCluster(owner, true), '?range=1h')
    const latency = chartOf(visitor, 'latency')
    await latency.getByRole('application').focus()
    await visitor.page.keyboard.press('ArrowRight')
    await visitor.sees(latency.getByRole('status').getByText('2.5 ms'))
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.press('Space')
    await visitor.sees(latency.getByRole('button', { name: 'etcd-0', pressed: false }))
    await expect.poll(() => latency.locator('.recharts-line-curve').count()).toBe(2)
  })

  test('keeps its range in the address, and says when the first points come', async () => {
    await using visitor = await chromium.visit()
    const owner = await newOwner()
    await visitor.take(owner.session)
    await openHistory(visitor, await addCluster(owner, true))
    await visitor.page.getByRole('button', { name: say('charts.history.ranges.7d'), exact: true }).click()
    await expect.poll(() => new URL(visitor.page.url()).searchParams.get('range')).toBe('7d')
    await visitor.page.reload()
    await visitor.sees(visitor.page.getByRole('button', { name: say('charts.history.ranges.7d'), pressed: true }))
    await visitor.open(`/clusters/${await addCluster(owner, false)}`)
    await visitor.sees(visitor.page.getByText(say('charts.history.empty')))
  })

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1440, 'dark'],
  ] as const)('fits a window of %d px, %s, in Chinese', async (width, colorScheme) => {
    await using visitor = await chromium.visit({ locale: 'zh', colorScheme, viewport: { width, height: 900 } })
    const owner = await newOwner()
    await visitor.take(owner.session)
    await openHistory(visitor, await addCluster(owner, true))
    expect(await widePlaces(visitor.page)).toEqual([])
    expect(await contrastFaults(visitor.page)).toEqual([])
    expect(await englishLeft(visitor.page)).toEqual([])
  })
})
