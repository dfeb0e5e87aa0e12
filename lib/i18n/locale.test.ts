import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { htmlLangOf, locales, negotiateLocale } from './locale.ts'

describe('negotiateLocale', () => {
  test.each([
    ['the cookie wins over everything', { cookie: 'zh', profile: 'en', acceptLanguage: 'en' }, 'zh'],
    ['the profile wins over the browser', { profile: 'zh', acceptLanguage: 'en-GB' }, 'zh'],
    ['an unknown cookie is ignored', { cookie: 'tlh', acceptLanguage: 'zh-CN' }, 'zh'],
    ['a regional tag finds its language', { acceptLanguage: 'zh-Hans-SG,en;q=0.5' }, 'zh'],
    ['the higher weight wins', { acceptLanguage: 'en;q=0.4, zh;q=0.9' }, 'zh'],
    ['the first of equal weights wins', { acceptLanguage: 'en-US,zh' }, 'en'],
    ['weight zero refuses a language', { acceptLanguage: 'zh;q=0,fr' }, 'en'],
    ['a language that only begins alike is another one', { acceptLanguage: 'zha' }, 'en'],
    ['nothing asked means English', {}, 'en'],
  ] as const)('%s', (_guarantee, wishes, expected) => {
    expect(negotiateLocale(wishes)).toBe(expected)
  })

  test('answers with a known language for any header', () => {
    fc.assert(
      fc.property(fc.string(), (acceptLanguage) => {
        expect(locales).toContain(negotiateLocale({ acceptLanguage }))
      }),
    )
  })

  test('the html language of Chinese names its script region', () => {
    expect(htmlLangOf('zh')).toBe('zh-CN')
  })
})
