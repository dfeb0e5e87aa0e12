import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { Secret } from '#lib/secret.ts'
import { addMs, dayMs, hourMs } from '#lib/time.ts'

export interface Certificate {
  readonly certPem: string
  readonly keyPem: Secret<string>
}

export interface Validity {
  /** An hour ago by default: clocks differ. */
  readonly notBefore?: Date
  /** In ten years by default. */
  readonly notAfter?: Date
}

export interface CertificateRequest extends Validity {
  /** Its common name, which etcd takes for a user where clients sign in by certificate. */
  readonly name: string
  /** DNS names and IP addresses it stands for. */
  readonly hosts?: readonly string[]
  readonly usages: readonly ('server' | 'client')[]
}

/** A certificate authority whose key nobody but the holder of this object has, and which is gone with it. */
export interface Authority {
  readonly certPem: string
  issue(request: CertificateRequest): Promise<Certificate>
}

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }
const validDays = 3650
const { digitalSignature, keyCertSign, cRLSign } = KeyUsageFlags

/** An authority of our own. Keys are ECDSA on P-256, signatures use SHA-256. */
export async function makeAuthority(name: string, validity: Validity = {}): Promise<Authority> {
  const keys = await makeKeys()
  const subject = [{ CN: [name] }]
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common(validity),
    name: subject,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(keyCertSign | cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const issue = async (request: CertificateRequest): Promise<Certificate> => {
    const own = await makeKeys()
    const issued = await X509CertificateGenerator.create({
      ...common(request),
      subject: [{ CN: [request.name] }],
      issuer: subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(digitalSignature, true),
        new ExtendedKeyUsageExtension(request.usages.map((usage) => usageIds[usage])),
        await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        await SubjectKeyIdentifierExtension.create(own.publicKey),
        ...alternativeNames(request.hosts ?? []),
      ],
    })
    return { certPem: issued.toString('pem'), keyPem: await exportKey(own.privateKey) }
  }
  return { certPem: certificate.toString('pem'), issue }
}

const usageIds = { server: ExtendedKeyUsage.serverAuth, client: ExtendedKeyUsage.clientAuth }

function common({ notBefore, notAfter }: Validity) {
  const now = new Date()
  return {
    serialNumber: randomBytes(16).toString('hex'),
    notBefore: notBefore ?? addMs(now, -hourMs),
    notAfter: notAfter ?? addMs(now, validDays * dayMs),
    signingAlgorithm,
  }
}

function alternativeNames(hosts: readonly string[]): SubjectAlternativeNameExtension[] {
  if (hosts.length === 0) return []
  const names = hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }))
  return [new SubjectAlternativeNameExtension(names)]
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
}

async function exportKey(key: CryptoKey): Promise<Secret<string>> {
  return new Secret(PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'))
}
