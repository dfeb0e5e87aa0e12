import { describe, expect, it } from 'vitest'
import type { DrillExpectation, ExpectedHash, SeenHash, SeenRestored } from './compare-restored.ts'
import { compareRestored } from './compare-restored.ts'

const hash: ExpectedHash = { revision: 90n, hash: 7, compactRevision: 40n, serverVersion: '3.5.16' }
const expected: DrillExpectation = {
  revision: 90n,
  liveKeys: 12n,
  keysByPrefix: { '/registry/pods/': 9n, '/registry/secrets/': 3n },
  hash,
}
const seenHash: SeenHash = { hash: 7, compactRevision: 40n, hashRevision: undefined }
const seen: SeenRestored = {
  version: '3.5.16',
  revision: 90n,
  liveKeys: 12n,
  keysByPrefix: { '/registry/pods/': 9n, '/registry/secrets/': 3n },
  hash: seenHash,
}

function judge(differently: { expected?: Partial<DrillExpectation>; seen?: Partial<SeenRestored> } = {}) {
  return compareRestored({ ...expected, ...differently.expected }, { ...seen, ...differently.seen })
}

describe('a restored etcd', () => {
  it('proves a snapshot by its hash when everything agrees', () => {
    const { comparisons, ...judgement } = judge()
    expect(judgement).toEqual({ verdict: 'proven', basis: 'hash', differences: [] })
    expect(comparisons.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
      'revision holds',
      'live-keys holds',
      'prefix holds',
      'prefix holds',
      'hash holds',
    ])
  })

  it('may hold more than was counted, as the stream began later', () => {
    expect(judge({ seen: { revision: 95n } })).toMatchObject({ verdict: 'proven', basis: 'hash' })
  })

  it.each([
    ['a revision it has not come to', { revision: 89n, liveKeys: undefined, hash: undefined }, ['revision-missing']],
    ['one key less', { liveKeys: 11n }, ['keys-differ']],
    ['one key more', { liveKeys: 13n }, ['keys-differ']],
    [
      'a key in another group',
      { keysByPrefix: { '/registry/pods/': 8n, '/registry/secrets/': 4n } },
      ['prefixes-differ'],
    ],
    ['another value', { hash: { ...seenHash, hash: 8 } }, ['hash-differs']],
    [
      'one key less and so another hash',
      { liveKeys: 11n, hash: { ...seenHash, hash: 8 } },
      ['keys-differ', 'hash-differs'],
    ],
  ])('disproves a snapshot with %s', (_, differently, differences) => {
    expect(judge({ seen: differently })).toMatchObject({ verdict: 'disproven', basis: null, differences })
  })

  it.each([
    { how: 'at another compact revision', ofHash: { compactRevision: 41n }, because: 'compact-revision-differs' },
    { how: 'up to another revision', ofHash: { hashRevision: 91n }, because: 'hash-revision-differs' },
    { how: 'by another rule for deletions', serverVersion: '3.5.15', because: 'versions-hash-otherwise' },
    { how: 'by a version nobody can read', serverVersion: '', because: 'versions-hash-otherwise' },
  ])('is proven by its counts where the hash differs and was made $how', (how) => {
    const { ofHash = {}, serverVersion = '3.5.16', because } = how
    const asked = { hash: { ...hash, hashRevision: 90n, serverVersion } }
    const { comparisons, ...judgement } = judge({
      expected: asked,
      seen: { hash: { ...seenHash, hash: 8, ...ofHash } },
    })
    expect(judgement).toEqual({ verdict: 'proven', basis: 'counts', differences: [] })
    expect(comparisons.at(-1)).toMatchObject({ what: 'hash', outcome: 'not-comparable', because })
  })

  it.each([
    { serverVersion: '3.4.23', version: '3.4.33', verdict: 'disproven' },
    { serverVersion: '3.4.34', version: '3.4.40', verdict: 'disproven' },
    { serverVersion: '3.4.33', version: '3.4.34', verdict: 'proven' },
    { serverVersion: '3.6.0', version: '3.6.11', verdict: 'disproven' },
  ])(
    'whose hash differs is $verdict where $serverVersion and $version made it',
    ({ serverVersion, version, verdict }) => {
      const differently = { version, hash: { ...seenHash, hash: 8 } }
      expect(judge({ expected: { hash: { ...hash, serverVersion } }, seen: differently })).toMatchObject({ verdict })
    },
  )

  it('counts a hash that agrees, by whatever rules it was made', () => {
    const asked = { hash: { ...hash, serverVersion: '3.5.9', compactRevision: 39n } }
    expect(judge({ expected: asked })).toMatchObject({ verdict: 'proven', basis: 'hash' })
  })

  it('is proven by its counts where the live cluster told no hash, or it tells none itself', () => {
    expect(judge({ expected: { hash: undefined } })).toMatchObject({ verdict: 'proven', basis: 'counts' })
    expect(judge({ seen: { hash: undefined } })).toMatchObject({ verdict: 'proven', basis: 'counts' })
  })

  it('does not hold against it a group that was not counted, and never proves by what was not counted', () => {
    const { comparisons, ...judgement } = judge({ seen: { keysByPrefix: { '/registry/pods/': 9n } } })
    expect(judgement).toMatchObject({ verdict: 'proven' })
    expect(comparisons[3]).toEqual({
      what: 'prefix',
      prefix: '/registry/secrets/',
      expected: 3n,
      seen: undefined,
      outcome: 'not-compared',
    })
    expect(judge({ seen: { liveKeys: undefined } })).toMatchObject({ verdict: 'not-proven', basis: null })
  })
})
