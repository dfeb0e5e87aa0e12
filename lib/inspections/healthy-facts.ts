import type { TimedStatus } from '#lib/etcd/members.ts'
import { dayMs, hourMs, minuteMs } from '#lib/time.ts'
import type {
  BackupFacts,
  BackupSize,
  ClusterFacts,
  Fact,
  KeptBackup,
  MemberFacts,
  MemberHash,
  OwnList,
  Problem,
} from './facts.ts'

/** When everything below is seen. */
export const lookedAt = new Date('2026-11-22T12:00:00Z')
export const sampleClusterId = 0xc0ffeen

export function seen<Value>(value: Value, at = lookedAt): Fact<Value> {
  return { at, value }
}

export function notSeen(code: Problem['code'], reason?: string): Fact<never> {
  return { at: lookedAt, problem: { code, ...(reason === undefined ? {} : { reason }) } }
}

/** What a member says that nobody could reach. */
export const silent = notSeen('etcd-unavailable', 'connection-refused')

const headerOf = (memberId: bigint) => ({ clusterId: sampleClusterId, memberId, revision: 500n, raftTerm: 3n })

/** Member 1 leads. */
export function statusOf(id: bigint, changes: Partial<TimedStatus> = {}): TimedStatus {
  return {
    header: headerOf(id),
    version: '3.6.14',
    dbSizeBytes: 200_000_000n,
    dbSizeInUseBytes: 180_000_000n,
    dbSizeQuotaBytes: 8n * 1024n ** 3n,
    leaderId: 1n,
    isLeader: id === 1n,
    isLearner: false,
    raftTerm: 3n,
    raftIndex: 900n,
    raftAppliedIndex: 900n,
    errors: [],
    storageVersion: '3.6.0',
    downgradeTarget: undefined,
    latencyMs: 2,
    ...changes,
  }
}

export function hashOf(id: bigint, changes: Partial<MemberHash> = {}): MemberHash {
  return { header: headerOf(id), revision: 480n, hash: 0xabcd, compactRevision: 400n, hashRevision: 480n, ...changes }
}

/** Members `1` to `count`, as each of them lists them. */
export function listOf(count: number, clusterId = sampleClusterId): OwnList {
  return { clusterId, members: Array.from({ length: count }, (_, index) => listed(BigInt(index + 1))) }
}

function listed(id: bigint) {
  return {
    id,
    name: `etcd-${id}`,
    isLearner: false,
    peerUrls: [`https://10.0.0.${id}:2380`],
    clientUrls: [`https://10.0.0.${id}:2379`],
  }
}

/** A healthy member of a cluster of three. */
export function memberOf(id: bigint, changes: Partial<MemberFacts> = {}): MemberFacts {
  const address = `https://10.0.0.${id}:2379`
  const certificate = {
    subject: `CN=etcd-${id}`,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2028-01-01T00:00:00Z'),
  }
  return {
    ...listed(id),
    address,
    downSince: null,
    advertised: seen(address),
    status: seen(statusOf(id)),
    memberList: seen(listOf(3)),
    hash: seen(hashOf(id)),
    serverCertificate: seen(certificate),
    ...changes,
  }
}

/** One that nobody could reach. */
export function downMember(id: bigint, changes: Partial<MemberFacts> = {}): MemberFacts {
  const nothing = { advertised: silent, status: silent, memberList: silent, hash: silent, serverCertificate: silent }
  return memberOf(id, { ...nothing, address: null, downSince: lookedAt, ...changes })
}

/** A healthy cluster of three members, but for what is changed. */
export function factsOf(changes: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    at: lookedAt,
    expectedClusterId: sampleClusterId,
    list: seen({ clusterId: sampleClusterId }),
    members: [memberOf(1n), memberOf(2n), memberOf(3n)],
    admission: seen({ username: 'kstone-reader', refusal: null }),
    alarms: seen([]),
    clientCertificate: seen(null),
    keys: seen({ total: 10n, prefixes: [{ prefix: '/a', name: '/a', keys: 10n }] }),
    quota: notSeen('not-collected-yet'),
    backups: seen(backupsOf()),
    history: noHistory,
    ...changes,
  }
}

/** One of an hourly row of them, so many hours old. */
export function keptBackup(hours: number, changes: Partial<KeptBackup> = {}): KeptBackup {
  const takenAt = ago(hours * hourMs)
  return {
    takenAt,
    verifiedAt: new Date(takenAt.getTime() + minuteMs),
    revision: 400n,
    etcdClusterId: String(sampleClusterId),
    ...changes,
  }
}

/** The same of its snapshot. */
export function backupSizeOf(hours: number, changes: Partial<BackupSize> = {}): BackupSize {
  return { takenAt: ago(hours * hourMs), sizeBytes: 200_000_000n, keys: 10_000n, ...changes }
}

/** Backed up every hour, the last time half an hour ago, and proven yesterday. */
export function backupsOf(changes: Partial<BackupFacts> = {}): BackupFacts {
  const hours = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
  return {
    target: { name: 'bucket', problem: null },
    everySeconds: 3_600,
    verified: hours.slice(0, 2).map((one) => keptBackup(one)),
    sizes: hours.map((one) => backupSizeOf(one)),
    exposure: { since: ago(30 * minuteMs), turns: 0, isExcused: false, lastDay: null },
    failures: { inRow: 0, problem: null },
    drills: {
      everyDays: 7,
      verdict: { isProven: true, at: ago(dayMs), problem: 'none', takenAt: ago(dayMs) },
      obstacle: null,
      provenAt: ago(dayMs),
      wantedSince: ago(30 * dayMs),
    },
    ...changes,
  }
}

export const noHistory: ClusterFacts['history'] = {
  leaderships: [{ at: new Date('2026-02-01T00:00:00Z'), leaderId: 1n, raftTerm: 3n }],
  versionsDifferSince: null,
  listsDifferSince: null,
  hashDifference: null,
}

/** So many milliseconds before the look. */
export function ago(durationMs: number): Date {
  return new Date(lookedAt.getTime() - durationMs)
}
