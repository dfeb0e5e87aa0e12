import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import { commandFiles } from '#lib/shell-line.ts'
import type { TlsMaterialIssue } from '../tls-material.ts'
import { clientHandshakeCommand, readCertificatesCommand } from './commands.ts'
import type { DiagnosisRun, Finding } from './run.ts'

const files = {
  caPem: commandFiles.ca,
  clientCertPem: commandFiles.clientCert,
  clientKeyPem: commandFiles.clientKey,
  endpoints: commandFiles.ca,
}

/** Out of date or of the wrong names: the handshake shows whether it matters, and with more evidence. */
const leftToHandshake = /^certificate-(expired|not-yet-valid|for-other-names)$|^ca-no-authority$/

/** What makes a connection impossible before it begins: certificates and keys that cannot be read or do not fit. */
export function materialFinding({ material, access }: DiagnosisRun, parts: EndpointParts): Finding | undefined {
  const issue = material.issues.find(({ code, isFatal }) => isFatal && !leftToHandshake.test(code))
  if (!issue) return undefined
  if (issue.code === 'key-mismatch')
    return { code: 'tls-key-mismatch', evidence: issue.evidence, command: clientHandshakeCommand(parts, access) }
  const { position = 1, total = 1 } = issue.evidence
  return {
    code: 'tls-material-unreadable',
    evidence: { field: issue.field, position, total, reason: issue.code },
    command: readCommand(issue),
  }
}

function readCommand({ field }: TlsMaterialIssue): string {
  return field === 'clientKeyPem' ? `openssl pkey -in ${files[field]} -noout` : readCertificatesCommand(files[field])
}
