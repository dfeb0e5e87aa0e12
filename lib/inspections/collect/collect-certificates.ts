import { eachAtOnce } from '#lib/each-at-once.ts'
import type { EtcdAccess } from '#lib/etcd/connection.ts'
import { readCertificateTimes } from '#lib/etcd/server-certificate.ts'
import { secondMs } from '#lib/time.ts'
import type { CertificateFact, Fact, MemberFacts } from '../facts.ts'
import type { Brought, Errand } from './errand.ts'
import type { ErrandBook } from './memory.ts'
import { factOf, notKnown } from './problem.ts'

const handshakeMs = 2 * secondMs
const handshakesMax = 2

/** The certificate each member shows, by a handshake of its own, and the one we show them. */
export async function collectCertificates(errand: Errand, book: ErrandBook): Promise<Brought> {
  const { order, entrance, facts, endpoints, signal } = errand
  const shown = new Map<bigint, MemberFacts['serverCertificate']>()
  await eachAtOnce([...endpoints], handshakesMax, async ([id, endpoint]) => {
    shown.set(id, await factOf(entrance.client.serverCertificate(endpoint, { signal, timeoutMs: handshakeMs })))
  })
  const members = facts.members.map((member) => ({
    ...member,
    serverCertificate: shown.get(member.id) ?? member.serverCertificate,
  }))
  const clientCertificate = ownCertificate(entrance.access, order.at)
  return { facts: { ...facts, members, clientCertificate }, book: { ...book, certificatesAt: order.at } }
}

function ownCertificate({ tls, endpoints }: EtcdAccess, at: Date): Fact<CertificateFact | null> {
  const isShown = tls?.clientCertPem !== undefined && endpoints.some(({ scheme }) => scheme === 'https')
  if (!isShown) return { at, value: null }
  const value = readCertificateTimes(tls?.clientCertPem ?? '')
  return value ? { at, value } : notKnown(at, 'tls-material-invalid')
}
