import { z } from 'zod'
import type { AppError } from '#lib/errors.ts'
import { callFailure, isTimeout, reasonOf } from '#lib/etcd/call-failure.ts'
import type { MemberStatus } from '#lib/etcd/own-methods.ts'
import { cleanVersion } from '#lib/etcd/own-methods.ts'
import { raisedAlarms } from '#lib/etcd/raised-alarms.ts'
import type { Door } from '#lib/net/door.ts'
import type { HttpAnswer } from '#lib/net/http-get.ts'
import { httpGet } from '#lib/net/http-get.ts'
import { askCommand, etcdctlCommand, repeatCommand } from './commands.ts'
import type { EtcdWay } from './etcd-way.ts'
import { hex, toEtcdEndpoint } from './etcd-way.ts'
import { shownAnswer, shownGarbage } from './plain-answer.ts'
import type { DiagnosisRun, Finding, Outcome } from './run.ts'
import { connectionFinding } from './tcp.ts'
import type { TlsStage } from './tls.ts'
import { tlsSettings } from './tls.ts'

export interface EtcdStage extends TlsStage {
  way: EtcdWay
}

/** Of one endpoint, as far as it tells a stranger. */
export interface EtcdAnswer {
  version: string
  /** Absent where etcd wants to know first who asks. */
  status?: MemberStatus
}

const versionLengthMax = 60
const versionAnswer = z.object({ etcdserver: z.string().max(versionLengthMax).transform(cleanVersion) })
const bodyMaxBytes = 64 * 1024
/** Together with the first one; at most two at a time, as ever. */
const freshConnections = [2, 2]

/** Whether the server is an etcd of version 3, and one and the same each time. */
export async function askEtcd(run: DiagnosisRun, at: EtcdStage, door: Door): Promise<Outcome<EtcdAnswer>> {
  const startedMs = performance.now()
  const told = await askVersion(run, at, door)
  const command = etcdctlCommand([at.parts], run.access, ['endpoint', 'status', '-w', 'json'])
  if (told.version && !/^[3-9]|^\d\d/.test(told.version)) {
    return { findings: [{ code: 'etcd-v2-only', evidence: { version: told.version }, command: pageCommand(run, at) }] }
  }
  const { client, endpoint } = { client: at.way.client(), endpoint: toEtcdEndpoint(at.parts) }
  try {
    const status = await client.status(endpoint, { signal: door.signal })
    const proxy = await findProxy(run, { ...at, told, status }, door)
    const found = statusFinding(status)
    return {
      findings: [{ ...found, command }, ...alarmFindings(status, command), ...proxy],
      value: { version: status.version, status },
    }
  } catch (error) {
    const failure = callFailure(error)
    if (wantsUser.has(failure.code)) {
      const { version = '' } = told
      const evidence = { version: version || '3', memberId: '–', clusterId: '–' }
      return { findings: [{ code: 'etcd-answers', evidence, command }], value: { version } }
    }
    const waitedMs = Math.round(performance.now() - startedMs)
    return { findings: [failureFinding(run, { ...at, told, failure, waitedMs })] }
  }
}

const wantsUser = new Set<string>([
  'etcd-auth-required',
  'etcd-auth-failed',
  'etcd-permission-denied',
  'etcd-needs-root',
])

interface Told {
  /** What /version names; absent when it is no answer of an etcd. */
  version?: string
  /** What it was instead. */
  said?: string
  isHttp: boolean
  failure?: AppError
}

async function askVersion(run: DiagnosisRun, { parts, checked }: TlsStage, door: Door): Promise<Told> {
  const tls = tlsSettings(run.access.tls)
  try {
    const answer = await httpGet(
      { host: checked.address, port: checked.port },
      {
        ...door,
        ...(parts.isTls ? { tls: { ...tls, serverName: tls.serverName ?? parts.host } } : {}),
        path: '/version',
        maxBytes: bodyMaxBytes,
      },
    )
    return readVersion(answer)
  } catch (error) {
    const said = shownGarbage(error)
    return { isHttp: false, ...(said === undefined ? {} : { said }), failure: callFailure(error) }
  }
}

function readVersion(answer: HttpAnswer): Told {
  const parsed = z.string().transform(parseJson).pipe(versionAnswer).safeParse(answer.body.toString('utf8'))
  if (answer.status === 200 && parsed.success) return { version: parsed.data.etcdserver, isHttp: true }
  return { said: shownAnswer(answer), isHttp: true }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function statusFinding({ header, version, leaderId }: MemberStatus): Finding {
  const evidence = { version, memberId: hex(header.memberId), clusterId: hex(header.clusterId) }
  return { code: leaderId === 0n ? 'etcd-no-leader' : 'etcd-answers', evidence }
}

/** Each member has two kinds of them at most. */
function alarmFindings(status: MemberStatus, command: string): Finding[] {
  const alarms = raisedAlarms(status).map(({ kind, memberId }) => `${kind} (${hex(memberId)})`)
  return alarms.length === 0 ? [] : [{ code: 'etcd-alarm', evidence: { alarms }, command }]
}

/** A proxy of etcd's own answers calls and has no /version; behind any other the members take turns. */
async function findProxy(
  run: DiagnosisRun,
  at: EtcdStage & { told: Told; status: MemberStatus },
  door: Door,
): Promise<Finding[]> {
  const { parts, told, status } = at
  const memberIds = await memberIdsAt(at, status.header.memberId, door)
  const isGrpcProxy = told.isHttp && told.version === undefined
  if (memberIds.length === 1 && !isGrpcProxy) return []
  const look = etcdctlCommand([parts], run.access, ['endpoint', 'status', '-w', 'fields'])
  const command =
    memberIds.length > 1 ? repeatCommand(look, 'grep MemberID') : askCommand(parts, run.access, '/version')
  const kind = isGrpcProxy ? 'proxy' : 'balancer'
  return [{ code: 'etcd-proxy-in-front', evidence: { kind, memberIds }, command }]
}

/** Who answers, `first` and then over connections of their own: a member is itself on every one of them. */
async function memberIdsAt({ way, parts }: EtcdStage, first: bigint, { signal }: Door): Promise<string[]> {
  const endpoint = toEtcdEndpoint(parts)
  const ask = () => way.onFreshConnection((client) => client.status(endpoint, { signal }))
  const seen = new Set([hex(first)])
  for (const count of freshConnections) {
    const answers = await Promise.allSettled(Array.from({ length: count }, ask))
    for (const answer of answers) if (answer.status === 'fulfilled') seen.add(hex(answer.value.header.memberId))
    if (seen.size > 1) break
  }
  return [...seen]
}

interface Failed extends TlsStage {
  told: Told
  failure: AppError
  waitedMs: number
}

function failureFinding(run: DiagnosisRun, failed: Failed): Finding {
  const { told, failure, waitedMs, checked, parts } = failed
  const command = pageCommand(run, failed)
  const etcdctl = etcdctlCommand([parts], run.access, ['endpoint', 'status'])
  if (told.version !== undefined) {
    if (isTimeout(failure)) return { code: 'etcd-timed-out', evidence: { waitedMs }, command: etcdctl }
    return { code: 'etcd-failed', evidence: { reason: reasonOf(failure) }, command: etcdctl }
  }
  if (failure.code === 'etcd-unsupported')
    return { code: 'etcd-not-etcd', evidence: { said: 'gRPC UNIMPLEMENTED' }, command: etcdctl }
  if (told.said !== undefined) return { code: 'etcd-not-etcd', evidence: { said: told.said }, command }
  const first = told.failure ?? failure
  // A connection with nothing said was not cut before: it is the question that is not understood.
  if (first.code === 'connection-reset')
    return { code: 'etcd-not-etcd', evidence: { said: 'GET /version → ECONNRESET' }, command }
  if (/^connection-refused$|^host-/.test(first.code)) return { ...connectionFinding(first, checked, waitedMs), command }
  if (isTimeout(first)) return { code: 'etcd-timed-out', evidence: { waitedMs }, command }
  if (failure.code === 'etcd-not-etcd')
    return { code: 'etcd-not-etcd', evidence: { said: String(failure.details.said ?? failure.code) }, command: etcdctl }
  return { code: 'etcd-failed', evidence: { reason: reasonOf(failure) }, command }
}

function pageCommand(run: DiagnosisRun, { parts }: TlsStage): string {
  return askCommand(parts, run.access, '/version')
}
