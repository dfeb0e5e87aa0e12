import { describe, expect, it } from 'vitest'
import vocabulary from './common-passwords.json' with { type: 'json' }
import { isCommonPassword } from './common-passwords.ts'

const words = vocabulary.words.split(' ')

describe('a common password', () => {
  it.each([
    'passwordpassword',
    'Password1234',
    'P@ssw0rd2024!',
    'p4ssw0rdp4ssw0rd',
    'qwertyuiop123',
    '1q2w3e4r5t6y',
    '1qaz2wsx3edc',
    'zaq12wsxcde3',
    '123456789012',
    '1234567890987654321',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'abababababab',
    'iloveyou1234',
    'iloveyouforever',
    'WelcomeAdmin!!',
    'Administrator1',
    'letmein-letmein',
    'dragon_monkey_99',
    'Summer2026!!!',
    'changeme-changeme',
    'kstoneadmin1',
    'trustno1trustno1',
    '5201314woaini',
    'asdfghjkl;123',
  ])('is refused: %s', (password) => {
    expect(isCommonPassword(password)).toBe(true)
  })

  it('stands for more than 3,000 of at least twelve characters', () => {
    const tails = [
      '123',
      '1234',
      '12345',
      '123456',
      '2024',
      '2025',
      '2026',
      '!',
      '!!',
      '123!',
      '1!',
      '@123',
      '#1',
      '007',
    ]
    const candidates = new Set(
      words.flatMap((word) => tails.flatMap((tail) => [`${word}${tail}`, `${word}${word}${tail}`])),
    )
    const long = [...candidates].filter((password) => password.length >= 12)
    expect(long.length).toBeGreaterThan(3_000)
    expect(long.filter((password) => !isCommonPassword(password))).toEqual([])
  })

  it('may be made of what everybody knows about the person', () => {
    const about = ['ada.lovelace@analytical-engines.example', 'Ada Lovelace', 'Difference Engine']
    for (const password of [
      'ada.lovelace1815',
      'AdaLovelace2026!',
      'analytical-engines1',
      'lovelace-ada-99',
      'DifferenceEngine',
    ]) {
      expect([password, isCommonPassword(password, about)]).toEqual([password, true])
    }
  })
})

describe('a good password', () => {
  it.each([
    'correct horse battery',
    'staple battery horse',
    'vG7#mQ2!kLp9',
    'tractor umbrella jazz',
    'orbit-velvet-canyon-97',
    '我的密码很长而且不常见吧',
    'dragon monkey football shadow',
    'xxxxKj7pQ2mZ',
  ])('is taken: %s', (password) => {
    expect(isCommonPassword(password)).toBe(false)
  })

  it('is judged quickly, however long', () => {
    const startedAt = performance.now()
    isCommonPassword(`${'password1!'.repeat(25)}Ж`)
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})
