import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Secret } from '#lib/secret.ts'
import { askCommand, clientHandshakeCommand, connectCommand, etcdctlCommand, handshakeCommand } from './commands.ts'

const parts = { isTls: true, host: 'etcd-0.example.com', port: 2379 }
const tls = { caPem: 'pem', clientCertPem: 'pem', clientKeyPem: new Secret('secret key') }

it.each([
  [connectCommand(parts), 'curl -sv --max-time 3 telnet://etcd-0.example.com:2379 </dev/null'],
  [
    handshakeCommand(parts, { tls }),
    'openssl s_client -brief -verify_return_error -connect etcd-0.example.com:2379 -servername etcd-0.example.com -verify_hostname etcd-0.example.com -CAfile ca.pem </dev/null',
  ],
  [
    clientHandshakeCommand({ ...parts, host: '::1' }, { tls }),
    "sleep 1 | openssl s_client -brief -verify_return_error -connect '[::1]:2379' -verify_ip ::1 -CAfile ca.pem -cert client.pem -key client-key.pem",
  ],
  [
    askCommand({ ...parts, host: '10.0.0.1' }, { tls: { ...tls, serverName: 'etcd.local' } }, '/health'),
    'curl -sv --max-time 3 --connect-to etcd.local:2379:10.0.0.1:2379 --cacert ca.pem --cert client.pem --key client-key.pem https://etcd.local:2379/health',
  ],
  [
    etcdctlCommand([parts], { tls, user: 'reader' }, ['endpoint', 'status']),
    'etcdctl --endpoints=https://etcd-0.example.com:2379 --cacert=ca.pem --cert=client.pem --key=client-key.pem --user=reader endpoint status',
  ],
  [
    etcdctlCommand([{ ...parts, isTls: false }], { tls }, ['get', '']),
    "etcdctl --endpoints=http://etcd-0.example.com:2379 get ''",
  ],
])('%#: files and passwords are named, not written out', (line, expected) => {
  expect(line).toBe(expected)
  expect(line).not.toContain('secret')
})

it('hands every name to the shell as the one word it is, whatever stands in it', () => {
  const nasty = fc.constantFrom(
    '$(id)',
    '`id`',
    "'; id; '",
    '"$HOME"',
    '\\',
    '*',
    ' ',
    '!!',
    '\n',
    '\u0003',
    '\u001b[31m',
    '&',
    '|',
    '用户',
  )
  const name = fc
    .array(fc.oneof(nasty, fc.string()), { maxLength: 4 })
    .map((pieces) => pieces.join('').replaceAll('\0', ''))
  fc.assert(
    fc.property(name, (user) => {
      const line = etcdctlCommand([parts], { tls: {}, user }, ['user', 'get', user])
      expect(line).not.toMatch(/\p{Cc}/u)
      const words = execFileSync('bash', ['-c', `etcdctl() { printf '%s\\0' "$@"; }\n${line}`])
        .toString()
        .split('\0')
      expect(words.slice(1, -1)).toEqual([`--user=${user}`, 'user', 'get', user])
    }),
    { numRuns: 60 },
  )
})
