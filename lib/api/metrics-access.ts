import { config } from '#lib/config.ts'
import { isSameText } from '#lib/same-text.ts'
import { forwardedHeader, peerHeader } from './request-context.ts'

const loopbackAddresses = ['127.0.0.1', '::1']

/** With METRICS_TOKEN set, whoever sends it as a bearer token; without, whoever calls from this machine itself. */
export function mayReadMetrics(headers: Headers): boolean {
  const { metricsToken } = config()
  if (!metricsToken) return loopbackAddresses.includes(headers.get(peerHeader) ?? '') && !headers.has(forwardedHeader)
  return isSameText(headers.get('authorization') ?? '', `Bearer ${metricsToken.reveal()}`)
}
