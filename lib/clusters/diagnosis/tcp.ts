import { setTimeout } from 'node:timers/promises'
import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { callFailure, timeouts } from '#lib/etcd/call-failure.ts'
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
    const isCut = await isCutAtOnce(socket)
    socket.destroy()
    const evidence = { address, port: parts.port }
    if (isCut) return { findings: [{ code: 'connection-reset', evidence, command: connectCommand(parts) }] }
    return { findings: [{ code: 'connected', evidence }], value: true }
  } catch (error) {
    const waitedMs = Math.round(performance.now() - startedMs)
    return { findings: [{ ...connectionFinding(error, checked, waitedMs), command: connectCommand(parts) }] }
  }
}

/** What stands in front of a dead server often takes a connection only to cut it. */
const cutMs = 50

async function isCutAtOnce(socket: Awaited<ReturnType<typeof dialChecked>>): Promise<boolean> {
  const cut = new Promise<boolean>((give) => {
    socket.once('error', () => give(true))
    socket.once('close', () => give(true))
    socket.once('end', () => give(true))
    socket.once('data', () => give(false))
  })
  const isCut = await Promise.race([cut, setTimeout(cutMs, false)])
  socket.on('error', () => undefined)
  return isCut
}

/** What stood in the way of a connection; what has no name of ours is told by the system's. */
export function connectionFinding(error: unknown, { address, port }: CheckedAddress, waitedMs: number): Finding {
  const { code, details } = callFailure(error)
  const evidence = { address: String(details.address ?? address), port }
  if (code === 'connection-refused' || code === 'connection-reset') return { code, evidence }
  if (timeouts.has(code)) return { code: 'connection-timed-out', evidence: { ...evidence, waitedMs } }
  return { code: 'host-unreachable', evidence: { ...evidence, reason: String(details.reason ?? details.said ?? code) } }
}
