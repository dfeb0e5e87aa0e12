import { describe, expect, test } from 'vitest'
import { noTls } from '../../_components/access/access-texts.ts'
import type { WayTexts } from './way-form.ts'
import { wayForm } from './way-form.ts'

const stored: WayTexts = {
  network: 'default',
  endpoints: 'https://a:2379',
  tls: noTls,
  addressMap: '',
  dropCa: false,
  dropClient: false,
  acceptFailing: false,
}

const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'

describe('a change of the way to a cluster', () => {
  test.each<[string, Partial<WayTexts>, object]>([
    ['keeps certificates and key that are not typed anew', {}, { serverName: null }],
    ['replaces what is typed', { tls: { ...noTls, caPem: ca } }, { caPem: ca, serverName: null }],
    ['takes away what is to be dropped', { dropCa: true }, { caPem: null, serverName: null }],
    [
      'takes certificate and key away together',
      { dropClient: true },
      { clientCertPem: null, clientKeyPem: null, serverName: null },
    ],
    [
      'prefers what is typed to dropping it',
      { dropCa: true, tls: { ...noTls, caPem: ca } },
      { caPem: ca, serverName: null },
    ],
  ])('%s', (_, change, tls) => {
    expect(wayForm.parse({ ...stored, ...change })).toMatchObject({ endpoints: ['https://a:2379'], tls })
    expect(Object.keys(wayForm.parse({ ...stored, ...change }).tls ?? {}).toSorted()).toEqual(
      Object.keys(tls).toSorted(),
    )
  })
})
