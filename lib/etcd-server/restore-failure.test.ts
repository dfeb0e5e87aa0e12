import { describe, expect, it } from 'vitest'
import { explainEnd } from './restore-failure.ts'

/** A line as etcd logs it. */
function line(level: string, caller: string, rest: object): string {
  return JSON.stringify({ level, ts: '2026-11-23T06:06:32.928Z', caller, ...rest })
}

const begun = line('info', 'etcdmain/etcd.go:73', { msg: 'Running: ' })

describe('the end of an etcd over a snapshot', () => {
  it.each([
    line('fatal', 'mvcc/kvstore.go:507', { msg: 'failed to unmarshal mvccpb.KeyValue', error: 'unexpected EOF' }),
    line('panic', 'backend/backend.go:193', { msg: 'failed to open database', error: 'invalid database' }),
    'panic: assertion failed: Page expected to be: 7, but self identifies as 9\n\ngoroutine 1 [running]:',
    'unexpected fault address 0x7f0000000000\nfatal error: fault',
  ])('is held against the snapshot where it says %s', (said) => {
    expect(explainEnd('start', `${begun}\n${said}`)).toMatchObject({ code: 'snapshot-refused' })
  })

  it.each([
    ['disk-space-short', 'Error: write /a/b/db: no space left on device'],
    ['disk-space-short', 'panic: write /a/b/db: no space left on device'],
    ['etcd-limit-exceeded', 'panic: write /a/b/db: file too large'],
    ['etcd-limit-exceeded', 'runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort'],
    ['etcd-limit-exceeded', 'fatal error: runtime: out of memory'],
  ])('is a matter of %s where it says %s', (code, said) => {
    expect(explainEnd('start', `${begun}\n${said}`)).toMatchObject({ code })
  })

  it.each([
    line('fatal', 'etcdmain/etcd.go:204', { error: 'listen tcp 127.0.0.1:1: bind: address already in use' }),
    line('panic', 'backend/backend.go:193', { error: 'open /a/b/db: permission denied' }),
    line('fatal', 'etcdmain/etcd.go:204', { msg: 'discovery failed', error: 'something else' }),
    begun,
    '',
  ])('says nothing of the snapshot where it says %s', (said) => {
    expect(explainEnd('start', said)).toBeUndefined()
  })
})
