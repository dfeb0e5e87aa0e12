import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evidence } from '#lib/contracts/evidence.ts'
import { adviceOf } from './advice.ts'
import { inspections } from './index.ts'

const way = {
  endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:2379'],
  hasCa: true,
  hasClientCertificate: false,
  user: 'reader',
  rootUser: 'root',
}
const bare = { endpoints: ['http://10.0.0.1:2379'], hasCa: true, hasClientCertificate: true }
const anyOf = (names: readonly string[]): Evidence => Object.fromEntries(names.map((name) => [name, 'https://x:1']))

const codes = inspections.flatMap((one) =>
  Object.entries(one.codes).map(([code, { evidence }]) => ({ code, evidence })),
)

it.each(codes)('$code is followed by lines to copy', ({ code, evidence }) => {
  expect(adviceOf({ code, evidence: anyOf(evidence) }, way).length).toBeGreaterThan(0)
})

describe('advice', () => {
  it('shows how things are, as the reader', () => {
    expect(adviceOf({ code: 'no-leader', evidence: {} }, way)).toEqual([
      'ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379 --cacert=ca.pem --user=reader endpoint status --command-timeout=3s -w table',
    ])
  })

  it('frees a full database in the order etcd wants, as root, one member after the other', () => {
    const evidence = { address: 'https://10.0.0.2:2379', revision: '4711' }
    expect(adviceOf({ code: 'alarm-nospace', evidence }, bare).slice(1)).toEqual([
      'ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.2:2379 --cacert=ca.pem --cert=client.pem --key=client-key.pem snapshot save before-compaction.db',
      'ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.2:2379 --cacert=ca.pem --cert=client.pem --key=client-key.pem compaction --physical --command-timeout=5m 4711',
      'ETCDCTL_API=3 etcdctl --endpoints=http://10.0.0.1:2379 defrag --command-timeout=10m',
      'ETCDCTL_API=3 etcdctl --endpoints=http://10.0.0.1:2379 alarm disarm',
      'ETCDCTL_API=3 etcdctl --endpoints=http://10.0.0.1:2379 alarm list',
    ])
    const orders = adviceOf({ code: 'alarm-nospace', evidence }, way).filter((line) => line.includes('--user=root'))
    expect(orders).toHaveLength(5)
  })

  it('compacts at no revision it does not know', () => {
    const lines = adviceOf({ code: 'alarm-nospace', evidence: { revision: 'unknown' } }, way)
    expect(lines.join('\n')).not.toContain('compaction --')
  })

  it('defragments only what gives space back, and only that member', () => {
    const address = 'https://10.0.0.2:2379'
    expect(adviceOf({ code: 'db-filling', evidence: { address, isReclaimable: false } }, way)).toHaveLength(1)
    expect(adviceOf({ code: 'db-filling', evidence: { address, isReclaimable: true } }, way)[1]).toContain(
      `--endpoints=${address} --cacert=ca.pem --user=root defrag`,
    )
  })

  it('hashes at the revision that was compared', () => {
    const [line] = adviceOf({ code: 'hashes-differ', evidence: { revision: '480' } }, way)
    expect(line).toMatch(/--user=root endpoint hashkv --rev=480 -w table$/)
  })

  it('asks each member for its own list', () => {
    expect(adviceOf({ code: 'member-lists-differ', evidence: {} }, way)).toEqual([
      'ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.1:2379 --cacert=ca.pem --user=reader member list',
      'ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.2:2379 --cacert=ca.pem --user=reader member list',
    ])
  })

  it('makes a reader as root, known here or not, and looks for the one that is refused', () => {
    const lines = adviceOf({ code: 'user-needed', evidence: {} }, bare)
    const asRoot = 'ETCDCTL_API=3 etcdctl --endpoints=http://10.0.0.1:2379 --user=root '
    expect(lines).toEqual([
      `${asRoot}role add kstone-reader`,
      `${asRoot}role grant-permission --prefix=true kstone-reader read ''`,
      `${asRoot}user add kstone-reader`,
      `${asRoot}user grant-role kstone-reader kstone-reader`,
    ])
    const refused = { code: 'user-refused', evidence: { user: 'watch man' } }
    expect(adviceOf(refused, { ...way, rootUser: 'admin' })).toEqual([
      expect.stringMatching(/ --user=admin user get 'watch man' --detail$/),
      expect.stringMatching(/ --user=admin user passwd 'watch man'$/),
    ])
  })

  it('sends no name to an address that somebody advertises', () => {
    const evidence = { advertised: ['https://10.9.9.9:2379', 'https://10.9.9.8:2379'] }
    const [, ...knocks] = adviceOf({ code: 'advertised-address-unreachable', evidence }, way)
    expect(knocks).toHaveLength(2)
    expect(knocks.join('\n')).not.toContain('--user')
  })

  it('shows the certificate in question', () => {
    const served = { owner: 'server', address: 'https://[2001:db8::1]:2379' }
    expect(adviceOf({ code: 'certificate-expired', evidence: served }, way)).toEqual([
      "openssl s_client -connect '[2001:db8::1]:2379' </dev/null 2>/dev/null | openssl x509 -noout -subject -dates",
    ])
    expect(adviceOf({ code: 'certificate-expired', evidence: { owner: 'client', address: 'none' } }, way)).toEqual([
      'openssl x509 -noout -subject -dates -in client.pem',
    ])
    expect(adviceOf({ code: 'certificate-expired', evidence: { owner: 'server', address: 'none' } }, way)).toEqual([])
  })

  it('is none for what nobody knows', () => {
    expect(adviceOf({ code: 'gone', evidence: {} }, way)).toEqual([])
  })
})

it('hands whatever a cluster says of itself to the shell as the one word it is', () => {
  const nasty = fc.constantFrom('$(id)', '`id`', "'; id; '", '"$HOME"', '\\', '*', ' ', '\n', '&', '|', '用户')
  const word = fc
    .array(fc.oneof(nasty, fc.string()), { maxLength: 4 })
    .map((pieces) => pieces.join('').replaceAll('\0', ''))
  fc.assert(
    fc.property(word, (text) => {
      const [, line = ''] = adviceOf({ code: 'keys-many', evidence: { prefix: text } }, bare)
      const script = `etcdctl() { printf '%s\\0' "$@" >&2; }\n${line}`
      const words = spawnSync('bash', ['-c', script]).stderr.toString().split('\0')
      expect(words.slice(1, -1)).toEqual(['get', text, '--prefix', '--keys-only', '--limit=1', '-w', 'fields'])
    }),
    { numRuns: 60 },
  )
})
