import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdSource, hashToken, hasValidChecksum, isId, newId, newSecretToken } from './ids.ts'

const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)

describe('an id', () => {
  it('is a UUID of version 7, variant 1, with the time in front', () => {
    const id = newId()
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Math.abs(timeOf(id) - Date.now())).toBeLessThan(1000)
  })

  it('is greater than the one before, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 47 }), { minLength: 2, maxLength: 50 }), (clock) => {
        let tick = 0
        const next = createIdSource(() => clock[tick++ % clock.length] ?? 0)
        const ids = clock.map(() => next())
        expect(ids).toEqual(ids.toSorted())
        expect(new Set(ids).size).toBe(ids.length)
      }),
    )
  })

  it('stays in order and alone when a hundred thousand are made in one stopped millisecond', () => {
    const next = createIdSource(() => 1_800_000_000_000)
    const ids = Array.from({ length: 100_000 }, next)
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))).toBe(true)
  })

  it('returns to the clock once the clock has caught up', () => {
    let nowMs = 1_000
    const next = createIdSource(() => nowMs)
    for (let made = 0; made < 10_000; made += 1) next()
    nowMs = 5_000
    expect(timeOf(next())).toBe(5_000)
  })
})

describe('isId', () => {
  it('takes what newId makes', () => {
    expect(isId(newId())).toBe(true)
  })

  it.each([
    '',
    'x',
    '01A203F5-7F96-71CC-B9BC-AE7D159076FB',
    `${newId()}\n`,
    ` ${newId()}`,
    newId().replaceAll('-', ''),
    7,
    null,
  ])('refuses %j', (value) => {
    expect(isId(value)).toBe(false)
  })
})

describe('a secret token', () => {
  it('has its prefix, 43 random and 6 checking characters', () => {
    expect(newSecretToken('kst')).toMatch(/^kst_[0-9A-Za-z]{49}$/)
  })

  it('has a valid checksum, and none when any one character is another', () => {
    const token = newSecretToken('kst')
    expect(hasValidChecksum(token)).toBe(true)
    for (let index = 0; index < token.length; index += 1) {
      const other = token.charAt(index) === 'a' ? 'b' : 'a'
      expect(hasValidChecksum(token.slice(0, index) + other + token.slice(index + 1)), String(index)).toBe(false)
    }
  })

  it('never repeats', () => {
    const tokens = Array.from({ length: 10_000 }, () => newSecretToken('kst'))
    expect(new Set(tokens).size).toBe(10_000)
  })

  it('uses all 62 digits about equally, so its 256 bits are there', () => {
    const random = Array.from({ length: 2_000 }, () => newSecretToken('kst').slice(5, 47)).join('')
    const counts = Map.groupBy(random, (digit) => digit)
    const shares = [...counts.values()].map((digits) => (digits.length / random.length) * 62)
    expect(counts.size).toBe(62)
    expect(Math.min(...shares)).toBeGreaterThan(0.85)
    expect(Math.max(...shares)).toBeLessThan(1.15)
  })

  it.each(['', 'kst_', 'kst', 'kst_abc', `${newSecretToken('kst')} `, `${newSecretToken('kst')}\n`])(
    'refuses %j without throwing',
    (text) => {
      expect(hasValidChecksum(text)).toBe(false)
    },
  )

  it('is stored as SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
