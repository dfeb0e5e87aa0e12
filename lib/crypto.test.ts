import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SealedPlace } from './crypto.ts'
import { createKeyring, deriveKey, newDataKey, open, seal, sealedKeyVersion } from './crypto.ts'
import { AppError } from './errors.ts'
import { Secret } from './secret.ts'

const rootKey = (id: string) => ({ id, key: new Secret(randomBytes(32)) })

const place: SealedPlace = { tenantId: 't1', table: 'cluster', row: 'r1', column: 'password', version: 3 }
const secret = (text: string) => new Secret(text)

function failureOf(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It opened')
}

describe('a sealed value', () => {
  const dataKey = newDataKey()

  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(open(dataKey, seal(dataKey, secret(text), place), place).reveal()).toBe(text.toWellFormed())
      }),
    )
  })

  it('looks different each time', () => {
    expect(seal(dataKey, secret('same'), place)).not.toBe(seal(dataKey, secret('same'), place))
  })

  it('tells the version of its data key and nothing else', () => {
    const sealed = seal(newDataKey(12), secret('canary'), place)
    expect(sealed).toMatch(/^v1\.12\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/)
    expect(sealedKeyVersion(sealed)).toBe(12)
    expect(sealed).not.toContain('canary')
  })

  it.each(['', 'plain text', 'v2.1.a.b.c', 'v1.0.a', 'v1.x.a'])('has no key version in %j', (text) => {
    expect(sealedKeyVersion(text)).toBeUndefined()
  })

  it.each([
    ['tenant', { tenantId: 't2' }],
    ['table', { table: 'target' }],
    ['row', { row: 'r2' }],
    ['column', { column: 'certificate' }],
    ['version', { version: 2 }],
  ])('does not open in the place of another %s', (_, other) => {
    const sealed = seal(dataKey, secret('value'), place)
    expect(failureOf(() => open(dataKey, sealed, { ...place, ...other })).code).toBe('secret-unreadable')
  })

  it('opens in no other place, not even one whose names run together to the same text', () => {
    const text = 'cluster.row.1.password'
    const anyCut = fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: text.length }), fc.nat({ max: text.length }))
    const placeOf = (cuts: number[]): SealedPlace => {
      const [first, second, third] = cuts.toSorted((a, b) => a - b)
      const [tenantId, table] = [text.slice(0, first), text.slice(first, second)]
      return { tenantId, table, row: text.slice(second, third), column: text.slice(third), version: 1 }
    }
    fc.assert(
      fc.property(anyCut, anyCut, (cuts, otherCuts) => {
        const [first, second] = [placeOf(cuts), placeOf(otherCuts)]
        fc.pre(JSON.stringify(first) !== JSON.stringify(second))
        const sealed = seal(dataKey, secret('value'), first)
        expect(failureOf(() => open(dataKey, sealed, second)).code).toBe('secret-unreadable')
      }),
      { numRuns: 500 },
    )
  })

  it('does not open with any one bit of it flipped', () => {
    const sealed = Buffer.from(seal(dataKey, secret('value'), place))
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(failureOf(() => open(dataKey, flipped.toString('latin1'), place)).code, `bit ${bit}`).toBe(
        'secret-unreadable',
      )
    }
  })

  it('does not open cut short, lengthened, or with a shortened tag', () => {
    const sealed = seal(dataKey, secret('value'), place)
    const [head, key, nonce, text, tag = ''] = sealed.split('.')
    const broken = [
      `${sealed}A`,
      `${sealed}.`,
      `${sealed}=`,
      [head, key, nonce, text, tag.slice(0, 6)].join('.'),
      [head, key, nonce, text].join('.'),
    ]
    for (let length = 0; length < sealed.length; length += 1) broken.push(sealed.slice(0, length))
    expect(broken.map((text) => failureOf(() => open(dataKey, text, place)).code)).toEqual(
      broken.map(() => 'secret-unreadable'),
    )
  })

  it('does not open with another key of the same version', () => {
    const sealed = seal(dataKey, secret('value'), place)
    expect(failureOf(() => open(newDataKey(), sealed, place)).message).toContain(
      'cluster.password of row r1 does not open',
    )
  })

  it('says which data key it needs', () => {
    const sealed = seal(newDataKey(2), secret('value'), place)
    expect(failureOf(() => open(dataKey, sealed, place)).message).toBe(
      'cluster.password of row r1 is not sealed with data key 1',
    )
  })

  it('comes out as a secret', () => {
    expect(JSON.stringify(open(dataKey, seal(dataKey, secret('canary'), place), place))).toBe('"[redacted]"')
  })
})

describe('a derived key', () => {
  const dataKey = newDataKey()
  const hex = (purpose: string, key = dataKey) => deriveKey(key, purpose).reveal().toString('hex')

  it('is the same for the same data key and purpose, and 256 bits long', () => {
    expect(hex('audit-chain')).toBe(hex('audit-chain'))
    expect(hex('audit-chain')).toHaveLength(64)
  })

  it('differs for another purpose and another data key, and is not the data key', () => {
    const keys = [
      hex('audit-chain'),
      hex('seal'),
      hex('audit-chain', newDataKey()),
      dataKey.key.reveal().toString('hex'),
    ]
    expect(new Set(keys).size).toBe(4)
  })
})

describe('a keyring', () => {
  const [old, next] = [rootKey('2025'), rootKey('2026')]
  const dataKey = newDataKey(4)

  it('gives a data key back with its version', () => {
    const ring = createKeyring([next])
    const unwrapped = ring.unwrapDataKey('t1', ring.wrapDataKey('t1', dataKey))
    expect(unwrapped.version).toBe(4)
    expect(unwrapped.key.reveal()).toEqual(dataKey.key.reveal())
  })

  it('wraps under the first key and accepts both', () => {
    const underOld = createKeyring([old]).wrapDataKey('t1', dataKey)
    const ring = createKeyring([next, old])
    expect(ring.wrapDataKey('t1', dataKey).rootKeyId).toBe('2026')
    expect(ring.unwrapDataKey('t1', underOld).key.reveal()).toEqual(dataKey.key.reveal())
  })

  it('re-wraps so that the old root key can go, and what was sealed still opens', () => {
    const underOld = createKeyring([old]).wrapDataKey('t1', dataKey)
    const sealed = seal(dataKey, secret('value'), place)
    const both = createKeyring([next, old])
    expect(both.needsRewrap(underOld)).toBe(true)
    const underNext = both.rewrap('t1', underOld)
    expect(both.needsRewrap(underNext)).toBe(false)
    const rest = createKeyring([next])
    expect(open(rest.unwrapDataKey('t1', underNext), sealed, place).reveal()).toBe('value')
  })

  it('names the root key that is missing and those it has', () => {
    const underOld = createKeyring([old]).wrapDataKey('t1', dataKey)
    const failure = failureOf(() => createKeyring([next]).unwrapDataKey('t1', underOld))
    expect(failure.code).toBe('secret-unreadable')
    expect(failure.message).toBe('Tenant t1 needs root key 2025; ROOT_KEYS has 2026. Put it back as the second key')
  })

  it.each([
    ['of another tenant', 't2', {}],
    ['relabelled as another version', 't1', { version: 5 }],
    ['relabelled as under another root key', 't1', { rootKeyId: '2025' }],
    ['that is empty', 't1', { wrapped: '' }],
  ])('refuses a wrapped key %s', (_, tenantId, change) => {
    const ring = createKeyring([next, old])
    const wrapped = { ...ring.wrapDataKey('t1', dataKey), ...change }
    expect(failureOf(() => ring.unwrapDataKey(tenantId, wrapped)).code).toBe('secret-unreadable')
  })

  it('refuses a root key that is another in spite of its id', () => {
    const wrapped = createKeyring([old]).wrapDataKey('t1', dataKey)
    const failure = failureOf(() => createKeyring([rootKey('2025')]).unwrapDataKey('t1', wrapped))
    expect(failure.message).toContain('does not open with root key 2025')
  })

  it('shows no key however it is logged', () => {
    const ring = createKeyring([next])
    const shown = JSON.stringify([ring, next, dataKey, ring.wrapDataKey('t1', dataKey)])
    for (const key of [next.key, dataKey.key]) {
      expect(shown).not.toContain(key.reveal().toString('base64url'))
      expect(shown).not.toContain(key.reveal().toString('hex'))
    }
  })

  it('cannot be empty', () => {
    expect(() => createKeyring([])).toThrow('at least one root key')
  })
})
