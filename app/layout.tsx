import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import { getLocale, getNow, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { Providers } from './_components/providers.tsx'
import { themeCookieName, themeOf } from './_components/theme.ts'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('common')
  return {
    title: { default: t('product'), template: `%s · ${t('product')}` },
    description: t('tagline'),
    robots: { index: false, follow: false },
  }
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  width: 'device-width',
  initialScale: 1,
}

/** Reading the request makes every page dynamic, so that Next can put the request's nonce on its scripts. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await headers()
  const [locale, now, store] = await Promise.all([getLocale(), getNow(), cookies()])
  return (
    <html lang={htmlLangOf(locale)} data-theme={themeOf(store.get(themeCookieName)?.value)}>
      <body>
        <div className="app-root">
          <Providers locale={locale} now={now}>
            {children}
          </Providers>
        </div>
      </body>
    </html>
  )
}
