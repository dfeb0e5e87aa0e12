import { expect, test } from 'vitest'
import {
  askCommand,
  etcdctlCommand,
  handshakeCommand,
  readCertificatesCommand,
} from '#lib/clusters/diagnosis/commands.ts'
import { Secret } from '#lib/secret.ts'
import { needsOf } from './command-needs.ts'

const parts = { isTls: true, host: 'etcd-0.example.com', port: 2379 }
const ca = { caPem: 'pem' }
const all = { ...ca, clientCertPem: 'pem', clientKeyPem: new Secret('key') }

test.each<[string, string[], boolean]>([
  [
    etcdctlCommand([parts], { tls: all, user: 'reader' }, ['endpoint', 'status']),
    ['ca', 'clientCert', 'clientKey'],
    true,
  ],
  [etcdctlCommand([parts], { tls: ca, user: '用户' }, ['get', 'any']), ['ca'], true],
  [etcdctlCommand([{ ...parts, isTls: false }], { tls: {} }, ['get', 'any']), [], false],
  [askCommand(parts, { tls: all }, '/health'), ['ca', 'clientCert', 'clientKey'], false],
  [handshakeCommand(parts, { tls: ca }), ['ca'], false],
  [readCertificatesCommand('client.pem'), ['clientCert'], false],
])('%s needs %j, a password: %s', (command, kinds, asksPassword) => {
  const needs = needsOf(command)
  expect(needs.files.map(({ kind }) => kind)).toEqual(kinds)
  expect(needs.asksPassword).toBe(asksPassword)
})
