import type { KeyObject } from 'node:crypto'
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { Secret } from '#lib/secret.ts'
import type { Json } from './canonical-json.ts'
import { canonicalJson } from './canonical-json.ts'

const version = 1
/** Signed with the certificate, so that no signature ever made for something else counts as one for a certificate. */
const purpose = 'kstone/drill-certificate'
const sizeBytesMax = 1024 * 1024

const text = z.string().max(2_000)
const instant = z.iso.datetime()
const digits = z.string().regex(/^\d{1,20}$/)
const named = z.object({ id: text, name: text })

const drillCertificate = z.object({
  drillId: text,
  team: named,
  cluster: named,
  /** Hexadecimal, as etcd shows it. */
  etcdClusterId: text,
  backup: z.object({
    id: text,
    takenAt: instant,
    revision: digits,
    objectKey: text,
    snapshotSha256: text,
    storedSha256: text,
  }),
  /** Whether the backup was restored into an etcd and is what the live cluster was. */
  verdict: z.enum(['proven', 'disproven', 'not-proven']),
  /** Code of why there is no proof. */
  reason: text.nullable(),
  /** Of the etcd it was restored into. */
  etcdVersion: text.nullable(),
  comparisons: z
    .array(
      z.object({
        what: text,
        expected: text,
        seen: text,
        outcome: z.enum(['holds', 'differs', 'not-comparable', 'not-compared']),
      }),
    )
    .max(2_000),
  /** From the first byte read from the store to the verdict. */
  tookMs: z.int().min(0),
  startedAt: instant,
  endedAt: instant,
  productVersion: text,
})

/** What a restore drill found, to be shown to people who were not there. Instants in ISO 8601, revisions in decimal. */
export type DrillCertificate = z.infer<typeof drillCertificate>

const signedDocument = z.strictObject({
  certificate: z.looseObject({ purpose: z.literal(purpose), version: z.int().min(1), keyId: text }),
  /** Ed25519 (RFC 8032) over the canonical JSON of the certificate; base64url. */
  signature: z.string().regex(/^[\w-]{85}[AQgw]$/),
})

/** Ed25519 keys of whoever issues certificates. */
export interface CertificateKey {
  keyId: string
  /** PKCS #8, PEM */
  privatePem: Secret<string>
  /** SubjectPublicKeyInfo, PEM: what others check certificates with. */
  publicPem: string
}

/** What a document is: genuine, or why nothing in it counts. */
export type CertificateVerdict =
  | { verdict: 'genuine'; keyId: string; certificate: DrillCertificate }
  | { verdict: 'altered' | 'unknown-key'; keyId: string }
  | { verdict: 'too-new' | 'unreadable' }

export function newCertificateKey(): CertificateKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    keyId: keyIdOf(publicKey),
    privatePem: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/**
 * The name of a key: the first 128 bits of the SHA-256 of its SubjectPublicKeyInfo, hexadecimal. Whoever is shown a key can
 * tell by it whether that is the one a certificate names.
 *
 * @throws what Node throws for what is no key
 */
export function publicKeyId(publicPem: string): string {
  return keyIdOf(createPublicKey(publicPem))
}

/**
 * The certificate as a document of its own: one line of canonical JSON, in which the id of the key stands with what it signs.
 *
 * @throws ZodError when a field is impossible
 */
export function issueCertificate(certificate: DrillCertificate, privatePem: Secret<string>): Buffer {
  const privateKey = createPrivateKey(privatePem.reveal())
  const keyId = keyIdOf(createPublicKey(privateKey))
  const signed = { ...drillCertificate.parse(certificate), purpose, version, keyId }
  const signature = sign(null, signedBytes(signed), privateKey).toString('base64url')
  return Buffer.from(canonicalJson({ certificate: signed, signature }))
}

/**
 * Checks a certificate. Only the text that was issued is genuine: the same with another space, order or spelling is altered,
 * so that no two readers see two things in it.
 *
 * @param findKey gives the public key (PEM) for an id, undefined for one that is not known
 */
export function verifyCertificate(
  document: Uint8Array,
  findKey: (keyId: string) => string | undefined,
): CertificateVerdict {
  const read = readDocument(document)
  if (read === undefined) return { verdict: 'unreadable' }
  const { certificate, signature, isCanonical } = read
  const { keyId } = certificate
  if (certificate.version > version) return { verdict: 'too-new' }
  const publicPem = findKey(keyId)
  if (publicPem === undefined || publicKeyId(publicPem) !== keyId) return { verdict: 'unknown-key', keyId }
  const isSigned = verify(
    null,
    signedBytes(certificate),
    createPublicKey(publicPem),
    Buffer.from(signature, 'base64url'),
  )
  if (!isCanonical || !isSigned) return { verdict: 'altered', keyId }
  const found = drillCertificate.safeParse(certificate)
  return found.success ? { verdict: 'genuine', keyId, certificate: found.data } : { verdict: 'unreadable' }
}

interface ReadDocument {
  certificate: { [name: string]: Json; version: number; keyId: string }
  signature: string
  isCanonical: boolean
}

const json: z.ZodType<Json> = z.json()

function readDocument(document: Uint8Array): ReadDocument | undefined {
  if (document.length > sizeBytesMax) return undefined
  try {
    const written = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document)
    const value = json.parse(JSON.parse(written))
    const { certificate, signature } = signedDocument.parse(value)
    const fields = z.record(z.string(), json).parse(certificate)
    const { version: found, keyId } = certificate
    return {
      certificate: { ...fields, version: found, keyId },
      signature,
      isCanonical: canonicalJson(value) === written,
    }
  } catch {
    return undefined
  }
}

function signedBytes(certificate: { readonly [name: string]: Json }): Buffer {
  return Buffer.from(`${purpose}\n${canonicalJson(certificate)}`)
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 32)
}
