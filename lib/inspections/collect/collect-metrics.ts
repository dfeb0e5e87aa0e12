import { readGauges } from '#lib/etcd/gauges.ts'
import { secondMs } from '#lib/time.ts'
import type { ClusterFacts } from '../facts.ts'
import type { Brought, Errand } from './errand.ts'
import type { ErrandBook } from './memory.ts'
import { notKnown, problemOf } from './problem.ts'

const metricsMs = 3 * secondMs

const quotaGauge = 'etcd_server_quota_backend_bytes'
const compactGauge = 'etcd_debugging_mvcc_compact_revision'

/** What the metrics of one member tell: its quota, and how far the cluster has been compacted. The first that gives them out. */
export async function collectMetrics(errand: Errand, book: ErrandBook): Promise<Brought> {
  const { order, entrance, facts, endpoints, signal } = errand
  let quota: ClusterFacts['quota'] = notKnown(order.at, 'no-usable-address')
  for (const endpoint of endpoints.values()) {
    try {
      const text = await entrance.client.metrics(endpoint, { signal, timeoutMs: metricsMs })
      const { [quotaGauge]: bytes, [compactGauge]: compacted } = readGauges(text, [quotaGauge, compactGauge])
      return {
        facts: { ...facts, quota: quotaFact(bytes, order.at) },
        book: { ...book, metricsAt: order.at, ...revisionsOf(book, compacted) },
      }
    } catch (error) {
      quota = { at: order.at, problem: problemOf(error) }
    }
  }
  return { facts: { ...facts, quota }, book: { ...book, metricsAt: order.at } }
}

function quotaFact(bytes: bigint | undefined, at: Date): ClusterFacts['quota'] {
  return bytes === undefined ? notKnown(at, 'etcd-unsupported') : { at, value: { bytes, source: 'metrics' } }
}

function revisionsOf(book: ErrandBook, compacted: bigint | undefined): Partial<ErrandBook> {
  const { compactRevision } = book
  if (compacted === undefined || compacted <= 0n || compacted === compactRevision) return {}
  const isLater = compactRevision !== null && compacted > compactRevision
  return { compactRevision: compacted, readyRevision: isLater ? compactRevision : null }
}
