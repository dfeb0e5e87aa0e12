import { describe, expect, test } from 'vitest'
import { faultsIn } from '#app/_components/ui/form-resolver.ts'
import { noTls } from '#app/(console)/clusters/_components/access/access-texts.ts'
import type { WayTexts } from './way-form.ts'
import { wayFormFrom } from './way-form.ts'

const stored: WayTexts = {
  network: 'default',
  endpoints: 'https://a:2379',
  tls: { ...noTls, serverName: 'etcd.example.com' },
  addressMap: '',
  reader: { username: 'reader', password: '' },
  root: { username: '', password: '' },
  dropCa: false,
  dropClient: false,
  acceptFailing: false,
  acceptAnother: false,
}
const form = wayFormFrom(stored)
const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'

describe('a change of the way to a cluster', () => {
  test.each<[string, Partial<WayTexts>, object]>([
    ['sends nothing where nothing was changed', {}, {}],
    ['sends endpoints that were changed', { endpoints: 'https://b:1' }, { endpoints: ['https://b:1'] }],
    ['sends an address map that was changed', { addressMap: 'a:1 → b:1' }, { addressMap: { 'a:1': 'b:1' } }],
    ['replaces certificates that are typed', { tls: { ...stored.tls, caPem: ca } }, { tls: { caPem: ca } }],
    [
      'sends a password that is given again',
      { endpoints: 'https://b:1', reader: { username: 'reader', password: 'x' } },
      { endpoints: ['https://b:1'], reader: { username: 'reader', password: 'x' } },
    ],
    ['takes a server name away', { tls: noTls }, { tls: { serverName: null } }],
    ['takes away what is to be dropped', { dropCa: true }, { tls: { caPem: null } }],
    [
      'takes certificate and key away together',
      { dropClient: true },
      { tls: { clientCertPem: null, clientKeyPem: null } },
    ],
    [
      'prefers what is typed to dropping it',
      { dropCa: true, tls: { ...stored.tls, caPem: ca } },
      { tls: { caPem: ca } },
    ],
  ])('%s', (_, change, body) => {
    expect(form.parse({ ...stored, ...change })).toEqual({ ...body, acceptFailing: false, acceptAnother: false })
  })

  test('tells what is wrong at its field', () => {
    const faults = faultsIn(form, { ...stored, endpoints: '', tls: { ...stored.tls, caPem: 'ca.pem' } })
    expect(faults.map(({ path, code }) => [path, code])).toEqual([
      ['endpoints', 'endpoints-required'],
      ['tls.caPem', 'certificate-not-pem'],
    ])
  })
})
