'use client'

import { messages as en } from '#lib/i18n/catalogue-en.ts'
import { messages as zh } from '#lib/i18n/catalogue-zh.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { htmlLangOf, locales } from '#lib/i18n/locale.ts'
import './globals.css'

const texts: Record<Locale, typeof en.common.failure> = { en: en.common.failure, zh: zh.common.failure }

/**
 * Shown when even the root layout failed: no providers, no known language, perhaps no scripts. So it says everything in
 * both languages and needs only a link.
 */
export default function GlobalError() {
  return (
    <html lang="en" data-theme="system">
      <body>
        <main className="flex min-h-dvh flex-col items-center justify-center gap-10 px-5 py-12 text-center">
          {locales.map((locale) => (
            <section key={locale} lang={htmlLangOf(locale)} className="max-w-md">
              <h1 className="font-semibold text-2xl tracking-tight">{texts[locale].title}</h1>
              <p className="mt-2 text-muted">{texts[locale].description}</p>
              <p className="mt-4">
                <a href="/" className="font-medium text-accent-ink underline underline-offset-3">
                  {texts[locale].home}
                </a>
              </p>
            </section>
          ))}
        </main>
      </body>
    </html>
  )
}
