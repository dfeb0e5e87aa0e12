import { expect, it } from 'vitest'
import { parseHosts } from './hosts-file.ts'

const file = `# the file of a machine
127.0.0.1\tlocalhost localhost.localdomain
::1 localhost ip6-localhost  # both
10.0.0.7  ETCD-0 etcd-0.internal
10.0.0.7 etcd-0
fe80::1%lo0 localhost
not.an.address etcd-1
0x7f.1 etcd-2
10.0.0.8
`

it('gives each name the addresses of its lines, once', () => {
  expect(Object.fromEntries(parseHosts(file))).toEqual({
    localhost: ['127.0.0.1', '::1'],
    'localhost.localdomain': ['127.0.0.1'],
    'ip6-localhost': ['::1'],
    'etcd-0': ['10.0.0.7'],
    'etcd-0.internal': ['10.0.0.7'],
  })
})

it('reads lines that end as on Windows', () => {
  expect(parseHosts('10.0.0.7 etcd-0\r\n10.0.0.8 etcd-1\r\n').get('etcd-0')).toEqual(['10.0.0.7'])
})
