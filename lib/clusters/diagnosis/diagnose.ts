import type { DiagnosisStage, DiagnosisView, Verdict } from '#lib/contracts/diagnosis.ts'
import { diagnosisStages } from '#lib/contracts/diagnosis.ts'
import { Places } from '#lib/places.ts'
import type { Asked, Identity } from './authentication.ts'
import { authenticate } from './authentication.ts'
import { EtcdWay } from './etcd-way.ts'
import type { EndpointLook } from './look-at-endpoint.ts'
import { lookAtEndpoint } from './look-at-endpoint.ts'
import type { MemberLook, ObservedMember as Observed } from './members.ts'
import { leaderName, lookAtMembers, lowestVersion } from './members.ts'
import { readMetrics } from './metrics.ts'
import { judgeQuorum } from './quorum.ts'
import { lookAtRights } from './rights.ts'
import type { Access, RunOptions } from './run.ts'
import { DiagnosisRun, endpointsAtOnceMax } from './run.ts'
import { worstVerdict } from './verdicts.ts'

export type DiagnosisAccess = Access
export type ObservedMember = Observed

export interface Diagnosis {
  view: DiagnosisView
  members: readonly ObservedMember[]
}

const clusterStages = ['authentication', 'rights', 'members', 'quorum', 'metrics'] as const satisfies DiagnosisStage[]
const deadlinesMs = { authentication: 1200, rights: 800, members: 1200, quorum: 100, metrics: 800 }

/**
 * Looks at a cluster in stages, each standing on those before it: endpoints side by side up to `etcd`, then the cluster as a
 * whole. Takes less than 3 s whatever the other side does; what was not reached by then is told as that. Every stage is told
 * to `onStage` as it ends. Secrets go nowhere before the way there was found in order, and never into what is told.
 *
 * @throws the signal's reason when it is aborted; nothing for anything found on the way
 */
export async function diagnose(access: DiagnosisAccess, options: RunOptions): Promise<Diagnosis> {
  using way = new EtcdWay(access, options)
  const run = new DiagnosisRun(access, options)
  const places = new Places(endpointsAtOnceMax)
  const looks = access.endpoints.map(async (endpoint) => {
    using _ = await places.take(options.signal)
    return await lookAtEndpoint(run, endpoint, way)
  })
  const asked = await firstAnswering(looks, way)
  const found = asked ? await lookAtCluster(run, asked, looks) : skipCluster(run)
  const ended = await Promise.all(looks)
  options.signal.throwIfAborted()
  return { view: summarize(run, ended, found), members: found.members.map(({ observed }) => observed) }
}

/** The cluster's stages do not wait for an endpoint that is dead. */
async function firstAnswering(looks: readonly Promise<EndpointLook>[], way: EtcdWay): Promise<Asked | undefined> {
  const answering = looks.map(async (look) => {
    const { parts, answer } = await look
    if (!parts || !answer) throw new Error('no etcd answers there')
    return { parts, way }
  })
  return await Promise.any(answering).catch(async () => {
    // Of all that failed, one that broke tells why.
    await Promise.all(looks)
    return undefined
  })
}

interface Found {
  identity?: Identity
  members: readonly MemberLook[]
}

function skipCluster(run: DiagnosisRun): Found {
  run.skip(clusterStages, null)
  return { members: [] }
}

async function lookAtCluster(run: DiagnosisRun, asked: Asked, looks: readonly Promise<EndpointLook>[]): Promise<Found> {
  const at = (stage: keyof typeof deadlinesMs) => ({ stage, endpoint: null, deadlineMs: deadlinesMs[stage] })
  const identity = await run.stage(at('authentication'), (door) => authenticate(run, asked, door))
  if (identity) await run.stage(at('rights'), (door) => lookAtRights(run, { ...asked, identity }, door))
  else run.skip(['rights'], null)
  const { reader } = identity ?? {}
  const members = await run.stage(at('members'), (door) => lookAtMembers(run, { ...asked, reader, looks }, door))
  if (members) await run.stage(at('quorum'), async () => judgeQuorum(run, members))
  else run.skip(['quorum'], null)
  const endpoints = (await Promise.all(looks)).flatMap(({ parts, answer }) => (parts && answer ? [parts] : []))
  await run.stage(at('metrics'), (door) => readMetrics(run, { way: asked.way, endpoints }, door))
  return { members: members ?? [], ...(identity ? { identity } : {}) }
}

function summarize(run: DiagnosisRun, looks: readonly EndpointLook[], { identity, members }: Found): DiagnosisView {
  const stages = run.results.toSorted((a, b) => diagnosisStages.indexOf(a.stage) - diagnosisStages.indexOf(b.stage))
  const isProven = (verdict: Verdict) => verdict === 'pass' || verdict === 'warn'
  const isLetIn =
    identity !== undefined && stages.every(({ stage, verdict }) => stage !== 'authentication' || isProven(verdict))
  const isOneCluster = stages.every(({ code }) => code !== 'members-of-two-clusters')
  const status = looks.find(({ answer }) => answer?.status)?.answer?.status
  const up = members.filter(({ observed }) => observed.state === 'up')
  const versions = [
    ...up.map(({ observed }) => observed.version),
    ...looks.flatMap(({ answer }) => answer?.version ?? []),
  ]
  return {
    verdict: worstVerdict(stages.map(({ verdict }) => verdict)),
    isUsable: isLetIn && isOneCluster,
    stages,
    summary: {
      etcdClusterId: status ? String(status.header.clusterId) : null,
      version: lowestVersion(versions),
      membersTotal: members.length,
      membersUp: up.length,
      leader: leaderName(members),
      knownAs: [],
    },
    durationMs: run.elapsedMs,
  }
}
