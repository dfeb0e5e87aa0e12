import { expect, test } from 'vitest'
import { unseenIn } from './verdict-of.ts'

/** As the inspection of the quorum tells it. */
const verdict = (unseen: string) => ({
  code: 'quorum-not-seen',
  evidence: { up: 2, total: 3, needed: 2, down: 'none', unseen, since: 'none' },
})

test('members that could not be looked at are named', () => {
  expect(unseenIn({ verdict: verdict('etcd-3') })).toBe('etcd-3')
  expect(unseenIn({ verdict: verdict('etcd-3, etcd-4') })).toBe('etcd-3, etcd-4')
})

test('nobody is named where it is known of all of them', () => {
  expect(unseenIn({ verdict: verdict('none') })).toBeUndefined()
  expect(unseenIn({ verdict: null })).toBeUndefined()
})
