import { mayReadMetrics } from '#lib/api/metrics-access.ts'
import { metricsContentType, renderMetrics } from '#lib/metrics.ts'

/** What this process counts about itself, in the text form Prometheus scrapes. */
export async function GET(request: Request): Promise<Response> {
  if (!mayReadMetrics(request.headers)) {
    return new Response('Send METRICS_TOKEN as a bearer token; without one, only this machine may read metrics.\n', {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="kstone-metrics"' },
    })
  }
  return new Response(await renderMetrics(), { headers: { 'content-type': metricsContentType } })
}

export const dynamic = 'force-dynamic'
