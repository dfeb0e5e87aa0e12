import { expect, it } from 'vitest'
import { readGauges } from './gauges.ts'

const text = `# HELP etcd_server_quota_backend_bytes Current backend storage quota size in bytes.
# TYPE etcd_server_quota_backend_bytes gauge
etcd_server_quota_backend_bytes 2.147483648e+09
etcd_debugging_mvcc_compact_revision 9
etcd_debugging_mvcc_compact_revision_total 77
etcd_disk_backend_commit_duration_seconds_bucket{le="0.001"} 12
broken NaN
last -1`

it.each([
  ['etcd_server_quota_backend_bytes', 2_147_483_648n],
  ['etcd_debugging_mvcc_compact_revision', 9n],
  ['last', -1n],
  ['broken', undefined],
  ['etcd_disk_backend_commit_duration_seconds_bucket', undefined],
  ['backend_bytes', undefined],
  ['absent', undefined],
])('the gauge %s is %s', (name, value) => {
  expect(readGauges(text, [name])[name]).toBe(value)
})

it('is read from the very first line, and several at once', () => {
  expect(readGauges('one 1\ntwo 2\n', ['one', 'two', 'three'])).toEqual({ one: 1n, two: 2n })
  expect(readGauges('', ['one'])).toEqual({})
})
