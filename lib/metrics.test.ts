import { describe, expect, it } from 'vitest'
import { metrics, metricsContentType, renderMetrics } from './metrics.ts'

const secondsOrCount = /_(total|seconds|streams|shards|waiting|in_progress)$/
const forbiddenLabels = /tenant|cluster|key|user|path|address/i

describe('our metrics', () => {
  const ours = metrics.registry.getMetricsAsArray().filter(({ name }) => name.startsWith('kstone_'))

  it('are rendered in the form Prometheus scrapes, with those of the process', async () => {
    metrics.httpRequests.inc({ route: '/api/v1/me', method: 'GET', status: '200' })
    const text = await renderMetrics()
    expect(text).toMatch(/^kstone_http_requests_total\{route="\/api\/v1\/me",method="GET",status="200"\} 1$/m)
    expect(text).toMatch(/^process_cpu_seconds_total /m)
    expect(metricsContentType).toContain('text/plain; version=0.0.4')
  })

  it('have the unit in the name and a help text', () => {
    expect(ours.length).toBeGreaterThanOrEqual(11)
    for (const { name, help } of ours) {
      expect(name).toMatch(secondsOrCount)
      expect(help).toMatch(/^[A-Z].*[^.]$/)
    }
  })

  it('are counted once per process, also when the module is loaded a second time', async () => {
    const copyUrl = new URL('./metrics.ts?copy', import.meta.url).href
    const copy: typeof import('./metrics.ts') = await import(/* @vite-ignore */ copyUrl)
    expect(copy.renderMetrics).not.toBe(renderMetrics)
    copy.metrics.signIns.inc({ outcome: 'granted' })
    expect(await renderMetrics()).toMatch(/^kstone_sign_in_total\{outcome="granted"\} 1$/m)
  })

  it('have no label with as many values as there are tenants', async () => {
    metrics.jobs.inc({ job: 'relay', outcome: 'done' })
    const labels = [...(await renderMetrics()).matchAll(/^kstone_\w+\{(.*)\}/gm)].map(([, text = '']) => text)
    expect(labels.length).toBeGreaterThan(0)
    expect(labels.filter((text) => forbiddenLabels.test(text.replaceAll(/"[^"]*"/g, '')))).toEqual([])
  })
})
