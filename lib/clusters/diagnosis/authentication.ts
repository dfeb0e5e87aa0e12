import { randomUUID } from 'node:crypto'
import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { AppError } from '#lib/errors.ts'
import { callFailure, isDenial, reasonOf } from '#lib/etcd/call-failure.ts'
import type { Door } from '#lib/net/door.ts'
import { inspectTls } from '#lib/net/inspect-tls.ts'
import { Secret } from '#lib/secret.ts'
import { findCertificate } from '../certificates.ts'
import { etcdctlCommand } from './commands.ts'
import { lookUpName } from './dns.ts'
import type { EtcdWay } from './etcd-way.ts'
import { toEtcdEndpoint } from './etcd-way.ts'
import type { Credential, DiagnosisRun, Finding, Outcome } from './run.ts'

/** Where the stages of the cluster as a whole ask: one endpoint, of an etcd that answered. */
export interface Asked {
  parts: EndpointParts
  way: EtcdWay
}

/** Who we are to this cluster, once we are let in. */
export interface Identity {
  /** Everybody may do everything. */
  isAuthOff: boolean
  /** The user given, or the one our certificate names; none where nobody asks. */
  username?: string
  /** Absent where a certificate, or nothing, is enough. */
  reader?: Credential
  /** Given, and taken by etcd. */
  root?: Credential
}

interface Judged {
  finding: Finding
  identity?: Identity
}

/** Whether etcd lets us in: the reader, and root if one was given. It only comes to this after TLS was found in order. */
export async function authenticate(run: DiagnosisRun, asked: Asked, door: Door): Promise<Outcome<Identity>> {
  const { reader, root } = run.access
  const { signal } = door
  const { finding, identity } = reader
    ? await judgeReader(run, { ...asked, reader }, signal)
    : await judgeStranger(run, asked, signal)
  if (identity?.isAuthOff) return { findings: [await openTo(run, { ...asked, finding }, door)], value: identity }
  if (!root) return { findings: [finding], ...(identity ? { value: identity } : {}) }
  const failure = await prove({ ...asked, credential: root }, signal)
  const known = identity ? { value: failure ? identity : { ...identity, root } } : {}
  if (!failure) return { findings: [finding], ...known }
  const code = failure.code === 'etcd-auth-failed' ? 'auth-root-wrong-password' : 'auth-failed'
  return { findings: [finding, credentialFinding(run, { ...asked, credential: root, failure, code })], ...known }
}

async function judgeReader(
  run: DiagnosisRun,
  asked: Asked & { reader: Credential },
  signal: AbortSignal,
): Promise<Judged> {
  const { reader } = asked
  const { username } = reader
  const failure = await prove({ ...asked, credential: reader }, signal)
  if (!failure) {
    return {
      finding: { code: 'auth-passed', evidence: { username }, command: whoAmI(run, asked, username) },
      identity: { isAuthOff: false, username, reader },
    }
  }
  const command = whoAmI(run, asked, username)
  if (failure.code === 'etcd-auth-disabled') {
    return {
      finding: { code: 'auth-credentials-not-needed', evidence: { username }, command },
      identity: { isAuthOff: true },
    }
  }
  const code = failure.code === 'etcd-auth-failed' ? 'auth-wrong-password' : 'auth-failed'
  return { finding: credentialFinding(run, { ...asked, credential: reader, failure, code }) }
}

/** One key, there or not: etcd counts a whole range to read the first of it. */
const anyKey = { key: Buffer.from('any') }

/** Without a user: either nobody is asked for one, or our certificate names one, or there is none. */
async function judgeStranger(run: DiagnosisRun, asked: Asked, signal: AbortSignal): Promise<Judged> {
  const { parts } = asked
  const command = etcdctlCommand([parts], run.access, ['get', 'any'])
  const subject = parts.isTls ? certificateUser(run) : undefined
  const byCertificate: Judged = {
    finding: { code: 'auth-passed-by-certificate', evidence: { subject: subject ?? '–' }, command },
    identity: { isAuthOff: false, ...(subject ? { username: subject } : {}) },
  }
  const hasRoot = run.access.root !== undefined
  const refused: Judged = { finding: { code: 'auth-credentials-missing', evidence: { hasRoot }, command } }
  const off: Judged = { finding: { code: 'auth-off', command }, identity: { isAuthOff: true } }
  const failure = await failureToRead(asked, signal)
  if (!failure) return subject && (await isAuthOn(asked, signal)) ? byCertificate : off
  if (subject && (await isKnown(asked, subject, signal))) return byCertificate
  if (isDenial(failure)) return refused
  return {
    finding: { code: 'auth-failed', evidence: { username: subject ?? '–', reason: reasonOf(failure) }, command },
  }
}

/** Tells to whom an etcd without authentication is open: to all, or to those whose certificate its CA signed. */
async function openTo(run: DiagnosisRun, asked: Asked & { finding: Finding }, door: Door): Promise<Finding> {
  const { finding } = asked
  const demandsCertificate = await isCertificateDemanded(run, asked, door)
  return { ...finding, evidence: { ...finding.evidence, demandsCertificate } }
}

/** That ours is taken does not say that one is needed, so the door is tried without; what cannot be told counts as no. */
async function isCertificateDemanded(
  { access: { tls } }: DiagnosisRun,
  { parts }: Asked,
  door: Door,
): Promise<boolean> {
  if (!parts.isTls || tls.clientCertPem === undefined) return false
  const { value: checked } = await lookUpName(parts, door)
  if (!checked) return false
  const bare = { ca: tls.caPem, serverName: tls.serverName }
  const seen = await inspectTls(checked, { tls: bare, signal: door.signal }).catch(() => undefined)
  return seen?.failure?.code === 'client-certificate-required'
}

/** What keeps somebody without a user from reading a key; nothing where they may. */
async function failureToRead({ way, parts }: Asked, signal: AbortSignal): Promise<AppError | undefined> {
  try {
    const mayRead = await way.client().keys.mayRead(anyKey, { endpoint: toEtcdEndpoint(parts), signal })
    return mayRead ? undefined : new AppError('etcd-permission-denied', 'Nobody without a name may read')
  } catch (error) {
    return callFailure(error)
  }
}

async function isKnown({ way, parts }: Asked, username: string, signal: AbortSignal): Promise<boolean> {
  const asking = way.client().users.get(username, { endpoint: toEtcdEndpoint(parts), signal })
  return await asking.then(
    () => true,
    () => false,
  )
}

/**
 * A certificate that may read everything looks like authentication switched off, and 3.4 has no call that tells them apart. It
 * says so before it looks at any name, so one that nobody has is asked for.
 */
async function isAuthOn(asked: Asked, signal: AbortSignal): Promise<boolean> {
  const nobody = { username: `nobody-${randomUUID()}`, password: new Secret('-') }
  const failure = await prove({ ...asked, credential: nobody }, signal)
  return failure?.code === 'etcd-auth-failed'
}

async function prove(
  { way, parts, credential }: Asked & { credential: Credential },
  signal: AbortSignal,
): Promise<AppError | undefined> {
  try {
    await way.client().auth.prove(toEtcdEndpoint(parts), credential, { signal })
    return undefined
  } catch (error) {
    return callFailure(error)
  }
}

interface Refused extends Asked {
  credential: Credential
  failure: AppError
  code: 'auth-wrong-password' | 'auth-root-wrong-password' | 'auth-failed'
}

function credentialFinding(run: DiagnosisRun, refused: Refused): Finding {
  const { credential, failure, code } = refused
  const { username } = credential
  const command = whoAmI(run, refused, username)
  return { code, evidence: { username, ...(code === 'auth-failed' ? { reason: reasonOf(failure) } : {}) }, command }
}

function whoAmI(run: DiagnosisRun, { parts }: Asked, user: string): string {
  return etcdctlCommand([parts], { ...run.access, user }, ['user', 'get', user])
}

/** etcd takes the common name of a client certificate for a user. */
function certificateUser({ access: { tls } }: DiagnosisRun): string | undefined {
  const certificate = tls.clientCertPem === undefined ? undefined : findCertificate(tls.clientCertPem)
  return /^CN=(.*)$/m.exec(certificate?.subject ?? '')?.[1]
}
