import type { X509Certificate } from 'node:crypto'
import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import type { AppError } from '#lib/errors.ts'
import { callFailure, isTimeout } from '#lib/etcd/call-failure.ts'
import type { TlsSettings } from '#lib/net/dial-tls.ts'
import type { Door } from '#lib/net/door.ts'
import type { TlsInspection } from '#lib/net/inspect-tls.ts'
import { inspectTls } from '#lib/net/inspect-tls.ts'
import type { CheckedAddress } from '#lib/net/resolve.ts'
import { dayMs } from '#lib/time.ts'
import { describeCertificate, findCertificate } from '../certificates.ts'
import type { TlsFiles } from '../tls-material.ts'
import { expiresSoonMs } from '../tls-material.ts'
import { askCommand, clientHandshakeCommand, handshakeCommand } from './commands.ts'
import { materialFinding } from './material-finding.ts'
import { askPlainly } from './plain-answer.ts'
import type { DiagnosisRun, Finding, Outcome } from './run.ts'
import { connectionFinding } from './tcp.ts'

export interface TlsStage {
  parts: EndpointParts
  checked: CheckedAddress
}

/** Whether both sides speak TLS and trust each other, or both do not. */
export async function lookAtTls(run: DiagnosisRun, at: TlsStage, door: Door): Promise<Outcome<true>> {
  return at.parts.isTls ? await shakeHands(run, at, door) : await doWithout(run, at, door)
}

async function shakeHands(run: DiagnosisRun, { parts, checked }: TlsStage, door: Door): Promise<Outcome<true>> {
  const unusable = materialFinding(run, parts)
  if (unusable) return { findings: [unusable] }
  const seen = await shake(checked, tlsSettings(run.access.tls), door)
  const finding = seen.failure
    ? await refusal(run, { parts, checked, seen, failure: seen.failure }, door)
    : trusted(seen)
  const { command = handshakeCommand(parts, run.access) } = finding
  return { findings: [{ ...finding, command }], ...(seen.failure ? {} : { value: true }) }
}

/** What was seen, also where it did not come to a handshake. */
async function shake(checked: CheckedAddress, tls: TlsSettings, { signal }: Door): Promise<TlsInspection> {
  return await inspectTls(checked, { tls, signal }).catch((error: unknown) => ({
    protocol: null,
    certificates: [],
    failure: callFailure(error),
  }))
}

/** What a connection of ours is made with. */
export function tlsSettings({ caPem, clientCertPem, clientKeyPem, serverName }: TlsFiles): TlsSettings {
  return { ca: caPem, cert: clientCertPem, key: clientKeyPem?.reveal(), serverName }
}

function trusted({ protocol, certificates }: TlsInspection): Finding {
  const [certificate] = read(certificates)
  if (!certificate) return { code: 'tls-failed', evidence: { reason: 'no certificate shown' } }
  const leftMs = certificate.validToDate.getTime() - Date.now()
  const evidence = { protocol: protocol ?? 'TLS', ...describeCertificate(certificate) }
  if (leftMs >= expiresSoonMs) return { code: 'tls-trusted', evidence }
  return { code: 'tls-expires-soon', evidence: { ...evidence, days: Math.floor(leftMs / dayMs) } }
}

interface Refusal extends TlsStage {
  seen: TlsInspection
  failure: AppError
}

async function refusal(run: DiagnosisRun, refused: Refusal, door: Door): Promise<Finding> {
  const { failure, checked } = refused
  const { code, details } = failure
  const { address, port } = checked
  const reason = String(details.reason ?? details.said ?? code)
  // A plain-text etcd hangs up on what is no HTTP; others answer in their own way.
  if (code === 'tls-not-spoken' || code === 'connection-reset') {
    const said = await askPlainly(checked, door)
    if (said.text !== undefined) return { code: 'tls-plaintext-server', evidence: { address, port, said: said.text } }
  }
  if (code === 'tls-not-spoken') return { code: 'tls-plaintext-server', evidence: { address, port, said: reason } }
  if (isTimeout(failure))
    return {
      code: 'tls-timed-out',
      evidence: { address, port },
      command: askCommand(refused.parts, run.access, '/version'),
    }
  if (/^connection-|^host-/.test(code)) return connectionFinding(failure, checked, 0)
  if (code.startsWith('client-certificate-')) return clientRefusal(run, refused, reason)
  return certificateRefusal(run, refused, reason)
}

function clientRefusal(run: DiagnosisRun, { parts, failure }: Refusal, reason: string): Finding {
  const command = clientHandshakeCommand(parts, run.access)
  const own = run.material.clientCertificate
  if (failure.code === 'client-certificate-required' || !own)
    return { code: 'tls-client-certificate-required', command }
  const { subject, issuer, notBefore, notAfter } = own
  const now = new Date().toISOString()
  if (now < notBefore || now > notAfter) {
    return { code: 'tls-client-certificate-expired', evidence: { subject, notBefore, notAfter, now }, command }
  }
  return { code: 'tls-client-certificate-refused', evidence: { subject, issuer, notAfter, reason }, command }
}

function certificateRefusal(run: DiagnosisRun, { parts, seen, failure }: Refusal, reason: string): Finding {
  const chain = read(seen.certificates)
  const [leaf] = chain
  if (!leaf) return { code: 'tls-failed', evidence: { reason } }
  const now = new Date()
  if (failure.code === 'certificate-expired') {
    const expired = chain.find(({ validToDate }) => validToDate < now) ?? leaf
    return { code: 'tls-expired', evidence: describeCertificate(expired) }
  }
  if (failure.code === 'certificate-not-yet-valid') {
    const early = chain.find(({ validFromDate }) => validFromDate > now) ?? leaf
    return { code: 'tls-not-yet-valid', evidence: { ...describeCertificate(early), now: now.toISOString() } }
  }
  if (failure.code === 'certificate-untrusted') {
    const trustedBy = run.access.tls.caPem === undefined ? 'public' : 'given'
    return { code: 'tls-unknown-ca', evidence: { ...describeCertificate(leaf), trusted: trustedBy, reason } }
  }
  if (failure.code === 'certificate-name-mismatch') {
    return {
      code: 'tls-wrong-name',
      evidence: { ...describeCertificate(leaf), name: run.access.tls.serverName ?? parts.host },
    }
  }
  return { code: 'tls-failed', evidence: { reason } }
}

/** Asked in plain text, a server of TLS hangs up or says what it wants; whether it speaks TLS is then tried out. */
async function doWithout(run: DiagnosisRun, { parts, checked }: TlsStage, door: Door): Promise<Outcome<true>> {
  const off: Outcome<true> = { findings: [{ code: 'tls-off', evidence: { host: parts.host } }], value: true }
  const said = await askPlainly(checked, door)
  if (!said.mayWantTls) return off
  const { protocol, failure } = await shake(checked, {}, door)
  const speaksTls = protocol !== null || String(failure?.details.reason).includes('_ALERT_')
  if (!speaksTls) return off
  const { address, port } = checked
  const command = askCommand(parts, run.access, '/version')
  return { findings: [{ code: 'tls-required', evidence: { address, port }, command }] }
}

/** What a server showed may be anything; a certificate that cannot be read is none. */
function read(certificates: readonly Buffer[]): X509Certificate[] {
  return certificates.flatMap((der) => findCertificate(der) ?? [])
}
