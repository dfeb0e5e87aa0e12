import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { splitEndpoint } from '#lib/contracts/cluster-access.ts'
import { etcdctlCommand } from './commands.ts'
import type { MemberLook } from './members.ts'
import type { DiagnosisRun, Finding, Outcome } from './run.ts'

/** Whether enough voting members answer to elect a leader, and have one. */
export function judgeQuorum(run: DiagnosisRun, members: readonly MemberLook[]): Outcome<true> {
  const voters = members.filter(({ observed }) => !observed.isLearner)
  const total = voters.length
  const up = voters.filter(({ observed }) => observed.state === 'up').length
  const unseen = voters.filter(({ observed }) => observed.state === 'unknown').length
  const needed = Math.floor(total / 2) + 1
  const hasLeader = members.some(({ status }) => status !== undefined && status.leaderId !== 0n)
  const user = run.access.reader?.username
  const places = members.flatMap(
    ({ observed: { address, clientUrls } }) => placeOf(address ?? clientUrls[0] ?? '') ?? [],
  )
  const command = etcdctlCommand(places, { ...run.access, user }, [
    'endpoint',
    'status',
    '--command-timeout=2s',
    '-w',
    'table',
  ])
  const finding = (code: Finding['code']) => ({
    code,
    evidence: { up, total, needed },
    command,
  })
  // Members we may not ask are not lost; that a leader is known says that enough of them live.
  if (up < needed && up + unseen >= needed && hasLeader) return { findings: [finding('quorum-not-told')], value: true }
  if (up < needed) return { findings: [finding('quorum-lost')], value: true }
  if (!hasLeader) return { findings: [finding('quorum-no-leader')], value: true }
  return { findings: [finding(up === needed && up < total ? 'quorum-at-risk' : 'quorum-held')], value: true }
}

function placeOf(url: string): EndpointParts | undefined {
  const parts = splitEndpoint(url)
  return parts && { ...parts, isTls: parts.isTls ?? true }
}
