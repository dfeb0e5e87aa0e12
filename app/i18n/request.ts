import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { isLocale, localeCookieName, negotiateLocale } from '#lib/i18n/locale.ts'
import { messagesOf } from '#lib/i18n/messages.ts'

/** Language of a request; sign-in copies the profile's language into the cookie, so no page asks the database for it. */
export default getRequestConfig(async ({ locale: asked }) => {
  const cookie = (await cookies()).get(localeCookieName)?.value
  const acceptLanguage = (await headers()).get('accept-language')
  const locale = isLocale(asked) ? asked : negotiateLocale({ cookie, acceptLanguage })
  return { locale, messages: messagesOf(locale), timeZone: 'UTC', now: new Date() }
})
