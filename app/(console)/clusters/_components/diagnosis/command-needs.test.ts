import { expect, test } from 'vitest'
import { needsOf } from './command-needs.ts'

const files = '--cacert=ca.pem --cert=client.pem --key=client-key.pem'
const openssl = 'openssl s_client -brief -connect etcd-0:2379'

test.each<[string, string[], boolean]>([
  [
    `etcdctl --endpoints=https://etcd-0:2379 ${files} --user=reader endpoint status`,
    ['ca', 'clientCert', 'clientKey'],
    true,
  ],
  ["etcdctl --endpoints=https://etcd-0:2379 --cacert=ca.pem '--user=用户' get any", ['ca'], true],
  ['etcdctl --endpoints=http://etcd-0:2379 get any', [], false],
  [
    'curl --cacert ca.pem --cert client.pem --key client-key.pem https://etcd-0:2379/health',
    ['ca', 'clientCert', 'clientKey'],
    false,
  ],
  [`${openssl} -CAfile ca.pem </dev/null`, ['ca'], false],
  ['openssl x509 -in client.pem -noout -dates', ['clientCert'], false],
])('%s needs %j, a password: %s', (command, kinds, asksPassword) => {
  const needs = needsOf(command)
  expect(needs.files.map(({ kind }) => kind)).toEqual(kinds)
  expect(needs.asksPassword).toBe(asksPassword)
})
