/** Languages the product speaks; the first one is spoken to visitors whose browser asks for none of them. */
export const locales = ['en', 'zh'] as const

export type Locale = (typeof locales)[number]

const defaultLocale: Locale = 'en'

/** Cookie that remembers the language a visitor chose in this browser. */
export const localeCookieName = 'kstone-locale'

/** Each language under its own name, as a language menu shows it. */
export const localeNames: Record<Locale, string> = { en: 'English', zh: '简体中文' }

const htmlLangs: Record<Locale, string> = { en: 'en', zh: 'zh-CN' }

/** BCP 47 tag for the `lang` attribute and for `Intl`. */
export function htmlLangOf(locale: Locale): string {
  return htmlLangs[locale]
}

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && locales.some((locale) => locale === value)
}

export interface LocaleWishes {
  /** Value of the cookie `kstone-locale`. */
  cookie?: string | undefined
  /** Language stored in the user's profile. */
  profile?: string | null | undefined
  /** `Accept-Language` header of the request. */
  acceptLanguage?: string | null | undefined
}

/** The language to answer in: the cookie, else the profile, else what the browser asks for, else English. */
export function negotiateLocale(wishes: LocaleWishes): Locale {
  if (isLocale(wishes.cookie)) return wishes.cookie
  if (isLocale(wishes.profile)) return wishes.profile
  return preferredLocale(wishes.acceptLanguage ?? '') ?? defaultLocale
}

/** Reads an `Accept-Language` header (RFC 9110 §12.5.4): highest weight first, `q=0` refuses a language. */
function preferredLocale(header: string): Locale | undefined {
  return header
    .split(',')
    .slice(0, 20)
    .map(parseLanguageRange)
    .filter((range) => range.weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map((range) => locales.find((locale) => range.tag === locale || range.tag.startsWith(`${locale}-`)))
    .find((locale) => locale !== undefined)
}

function parseLanguageRange(range: string): { tag: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return { tag, weight: Number.isFinite(weight) ? weight : 0 }
}
