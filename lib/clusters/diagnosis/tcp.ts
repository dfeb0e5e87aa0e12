import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { AppError } from '#lib/errors.ts'
import { dialChecked } from '#lib/net/dial.ts'
import type { Door } from '#lib/net/door.ts'
import type { CheckedAddress } from '#lib/net/resolve.ts'
import { connectCommand } from './commands.ts'
import type { Finding, Outcome } from './run.ts'

/** Whether the port takes a connection, which is closed again with nothing sent. */
export async function connectTcp(
  { parts, checked }: { parts: EndpointParts; checked: CheckedAddress },
  door: Door,
): Promise<Outcome<true>> {
  const startedMs = performance.now()
  try {
    const socket = await dialChecked(checked, door.signal)
    const { remoteAddress: address = checked.address } = socket
    socket.destroy()
    return { findings: [{ code: 'connected', evidence: { address, port: parts.port } }], value: true }
  } catch (error) {
    const waitedMs = Math.round(performance.now() - startedMs)
    return { findings: [{ ...connectionFinding(error, checked, waitedMs), command: connectCommand(parts) }] }
  }
}

/** What stood in the way of a connection. Other errors go on. */
export function connectionFinding(error: unknown, { address, port }: CheckedAddress, waitedMs: number): Finding {
  if (!(error instanceof AppError)) throw error
  const { code, details } = error
  const evidence = { address: String(details.address ?? address), port }
  if (code === 'connection-timed-out') return { code, evidence: { ...evidence, waitedMs } }
  if (code === 'host-unreachable') return { code, evidence: { ...evidence, reason: String(details.reason) } }
  if (code === 'connection-refused' || code === 'connection-reset') return { code, evidence }
  throw error
}
