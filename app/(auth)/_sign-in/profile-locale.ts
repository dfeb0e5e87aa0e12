import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { rememberInCookie } from '#app/_components/browser-cookie.ts'
import { meView } from '#lib/contracts/me.ts'
import { localeCookieName } from '#lib/i18n/locale.ts'

/** After sign-in a browser that never chose a language speaks the profile's. A failure changes nothing. */
export async function adoptProfileLocale(): Promise<void> {
  if (document.cookie.split('; ').some((cookie) => cookie.startsWith(`${localeCookieName}=`))) return
  const schema = z.object({ data: meView })
  const me = await apiRequest('GET', '/me', { schema }).catch(() => undefined)
  if (me) rememberInCookie(localeCookieName, me.data.locale)
}
