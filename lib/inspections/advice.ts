import { joinHostPort, splitEndpoint } from '#lib/contracts/cluster-access.ts'
import type { VerdictView } from '#lib/contracts/inspections.ts'
import type { EtcdctlWay } from '#lib/etcd/etcdctl-line.ts'
import { etcdctlLine } from '#lib/etcd/etcdctl-line.ts'
import { commandFiles, shellLine } from '#lib/shell-line.ts'

export interface AdviceWay extends EtcdctlWay {
  /** For what etcd demands root for; without it `user` is asked for. */
  readonly rootUser?: string | undefined
}

type Advised = Pick<Extract<VerdictView, { verdict: 'finding' }>, 'code' | 'evidence'>

/**
 * The lines to copy into a shell for a finding, in the order of what its words advise; they show how things are, or mend them.
 * None where nothing can be done by hand from outside.
 */
export function adviceOf(finding: Advised, way: AdviceWay): readonly string[] {
  const lines = linesOf.get(finding.code)
  return lines ? lines(new Advice(finding, way)) : []
}

class Advice {
  readonly endpoints: readonly string[]
  readonly #evidence: Advised['evidence']
  readonly #way: AdviceWay

  constructor({ evidence }: Advised, way: AdviceWay) {
    this.#evidence = evidence
    this.#way = way
    this.endpoints = way.endpoints
  }

  text(name: string): string {
    return String(this.#evidence[name] ?? '')
  }

  /** The texts of a list; none where evidence says `none`. */
  list(name: string): readonly string[] {
    return [this.#evidence[name] ?? []].flat().flatMap((one) => (one === 'none' ? [] : String(one)))
  }

  /** The member it is about; without an address, any. */
  get member(): string | undefined {
    return this.list('address')[0] ?? this.endpoints[0]
  }

  /** To all endpoints, or to those given. */
  ask(words: readonly string[], endpoints: readonly string[] = this.endpoints): string {
    return apiVersion + etcdctlLine({ ...this.#way, endpoints }, words)
  }

  /** As the user root. */
  order(words: readonly string[], endpoints: readonly string[] = this.endpoints): string {
    const { rootUser, user } = this.#way
    return apiVersion + etcdctlLine({ ...this.#way, endpoints, user: rootUser ?? user }, words)
  }

  /** As somebody who administers users, be it a person who is not known here. */
  administer(words: readonly string[]): string {
    return apiVersion + etcdctlLine({ ...this.#way, user: this.#way.rootUser ?? 'root' }, words)
  }

  /** Without a name: addresses that somebody advertises are told no password. */
  knock(words: readonly string[], endpoints: readonly string[]): string {
    return apiVersion + etcdctlLine({ ...this.#way, endpoints, user: undefined }, words)
  }

  get status(): string {
    return this.ask(['endpoint', 'status', '--command-timeout=3s', '-w', 'table'])
  }

  get members(): string {
    return this.ask(['member', 'list', '-w', 'table'])
  }
}

/** etcdctl speaks version 3 by itself only from 3.4 on. */
const apiVersion = 'ETCDCTL_API=3 '

const linesOf: ReadonlyMap<string, (advice: Advice) => readonly string[]> = new Map([
  ...['quorum-degraded', 'quorum-at-risk', 'quorum-not-seen', 'learner-away'].map(
    (code) => [code, (advice: Advice) => [advice.status, advice.members]] as const,
  ),
  ...['quorum-lost', 'nobody-answers', 'no-leader', 'leader-changes-often', 'versions-differ'].map(
    (code) => [code, (advice: Advice) => [advice.status]] as const,
  ),
  ...['version-end-of-life', 'version-unsafe', 'version-insecure'].map(
    (code) => [code, (advice: Advice) => [advice.status]] as const,
  ),
  ...['cluster-replaced', 'cluster-ids-differ'].map((code) => [code, clusterIds] as const),
  ...['advertised-address-unusable', 'advertised-address-unreachable'].map((code) => [code, advertised] as const),
  ...['certificate-expiring', 'certificate-expired', 'certificate-not-yet-valid'].map(
    (code) => [code, certificate] as const,
  ),
  ...['backup-late', 'backup-never', 'backup-storage-failing'].map((code) => [code, saveElsewhere] as const),
  ...['backup-disproven', 'backup-unproven'].map((code) => [code, restoreByHand] as const),
  ['backup-size-jumped', (advice) => [countOf(advice, ''), advice.status]],
  ['backup-ahead', (advice) => [advice.status]],
  ['alarm-nospace', freeSpace],
  ['alarm-corrupt', (advice) => [advice.ask(['alarm', 'list']), hashes(advice, []), advice.members]],
  ['db-filling', filling],
  ['hashes-differ', (advice) => [hashes(advice, [`--rev=${advice.text('revision')}`]), advice.status]],
  ['member-lists-differ', (advice) => advice.endpoints.map((one) => advice.ask(['member', 'list'], [one]))],
  ['keys-many', (advice) => [countOf(advice, ''), countOf(advice, advice.text('prefix'))]],
  ['prefix-keys-many', (advice) => [countOf(advice, advice.text('prefix'))]],
  ['user-needed', makeReader],
  ['user-refused', (advice) => userCalls(advice, advice.text('user'))],
])

/** A user of this name that reads everything and changes nothing; etcdctl asks for the new password. */
const readerName = 'kstone-reader'

function makeReader(advice: Advice): string[] {
  return [
    advice.administer(['role', 'add', readerName]),
    advice.administer(['role', 'grant-permission', '--prefix=true', readerName, 'read', '']),
    advice.administer(['user', 'add', readerName]),
    advice.administer(['user', 'grant-role', readerName, readerName]),
  ]
}

/** Whether there is such a user, with which roles; and a new password for it, which etcdctl asks for. */
function userCalls(advice: Advice, name: string): string[] {
  return [advice.administer(['user', 'get', name, '--detail']), advice.administer(['user', 'passwd', name])]
}

function clusterIds(advice: Advice): string[] {
  return [`${advice.ask(['endpoint', 'status', '-w', 'fields'])} | grep ClusterID`]
}

function advertised(advice: Advice): string[] {
  const places = advice.list('advertised')
  const knocks = places.map((one) => advice.knock(['endpoint', 'status', '--command-timeout=3s'], [one]))
  return [advice.members, ...knocks]
}

function certificate(advice: Advice): string[] {
  const show = ['openssl', 'x509', '-noout', '-subject', '-dates']
  if (advice.text('owner') === 'client') return [shellLine(...show, '-in', commandFiles.clientCert)]
  const place = splitEndpoint(advice.list('address')[0] ?? '')
  if (!place) return []
  const shake = shellLine('openssl', 's_client', '-connect', joinHostPort(place))
  return [`${shake} </dev/null 2>/dev/null | ${shellLine(...show)}`]
}

/** Elsewhere than on the machines of the cluster. */
function saveElsewhere(advice: Advice): string[] {
  const { member } = advice
  return [advice.status, advice.order(['snapshot', 'save', 'saved-by-hand.db'], member === undefined ? [] : [member])]
}

const snapshotFile = 'backup.db'

/** Of a downloaded backup, into a folder that is not there yet; until 3.5 it is etcdctl that restores. */
function restoreByHand(): string[] {
  return [
    shellLine('etcdutl', 'snapshot', 'restore', snapshotFile, '--data-dir=restored.etcd'),
    apiVersion + shellLine('etcdctl', 'snapshot', 'restore', snapshotFile, '--data-dir=restored.etcd'),
  ]
}

/** etcd's own order for a database that is full: keep a copy, drop the history, give the space back, take the alarm away. */
function freeSpace(advice: Advice): string[] {
  const { member, endpoints } = advice
  const one = member === undefined ? [] : [member]
  const revision = advice.text('revision')
  const compact = advice.order(['compaction', '--physical', '--command-timeout=5m', revision], one)
  return [
    advice.status,
    advice.order(['snapshot', 'save', 'before-compaction.db'], one),
    ...(/^\d+$/.test(revision) ? [compact] : []),
    ...endpoints.map((each) => defragment(advice, each)),
    advice.order(['alarm', 'disarm']),
    advice.ask(['alarm', 'list']),
  ]
}

function filling(advice: Advice): string[] {
  const { member } = advice
  const isWorthwhile = advice.text('isReclaimable') === 'true' && member !== undefined
  return [advice.status, ...(isWorthwhile ? [defragment(advice, member)] : [])]
}

/** One member by itself: it answers nobody meanwhile, and the default of 5 s ends nothing but the waiting. */
function defragment(advice: Advice, endpoint: string): string {
  return advice.order(['defrag', '--command-timeout=10m'], [endpoint])
}

function hashes(advice: Advice, words: readonly string[]): string {
  return advice.order(['endpoint', 'hashkv', ...words, '-w', 'table'])
}

/** The count comes with one key, whatever the version of etcdctl. */
function countOf(advice: Advice, prefix: string): string {
  return `${advice.ask(['get', prefix, '--prefix', '--keys-only', '--limit=1', '-w', 'fields'])} | grep Count`
}
