'use client'

import { NextIntlClientProvider, useLocale, useMessages, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { LocaleMenu } from '#app/_components/locale-menu.tsx'
import { ThemeMenu } from '#app/_components/theme-menu.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Logo } from '#app/_components/ui/logo.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { galleryMessages } from '#lib/i18n/catalogue-gallery.ts'
import { ButtonsSection } from './buttons-section.tsx'
import { ChartsSection } from './charts-section.tsx'
import { ColourSection } from './colour-section.tsx'
import { EmptySection } from './empty-section.tsx'
import { FactsSection } from './facts-section.tsx'
import { FeedbackSection } from './feedback-section.tsx'
import { FieldsSection } from './fields-section.tsx'
import { FormSection } from './form-section.tsx'
import { NavigationSection } from './navigation-section.tsx'
import { StatusSection } from './status-section.tsx'
import { TableSection } from './table-section.tsx'

const sections = {
  colour: <ColourSection />,
  buttons: <ButtonsSection />,
  fields: <FieldsSection />,
  form: <FormSection />,
  status: <StatusSection />,
  table: <TableSection />,
  charts: <ChartsSection />,
  facts: <FactsSection />,
  feedback: <FeedbackSection />,
  navigation: <NavigationSection />,
  empty: <EmptySection />,
} as const satisfies Record<string, ReactNode>

type SectionName = keyof typeof sections

const names = Object.keys(sections).filter((name): name is SectionName => name in sections)

/** The page with its own words, which no other page loads. */
export function Gallery() {
  const locale = useLocale()
  const messages = useMessages()
  return (
    <NextIntlClientProvider locale={locale} messages={{ ...messages, gallery: galleryMessages[locale] }}>
      <GalleryPage />
    </NextIntlClientProvider>
  )
}

function GalleryPage() {
  const t = useTranslations('gallery')
  return (
    <div className="mx-auto max-w-6xl px-4 pb-24 sm:px-6">
      <header className="flex h-14 items-center justify-between border-line border-b">
        <Logo />
        <span className="flex gap-1">
          <LocaleMenu />
          <ThemeMenu />
        </span>
      </header>
      <main className="pt-6">
        <PageHeader title={t('title')} description={t('intro')} badges={<Badge tone="accent">{t('devOnly')}</Badge>} />
        <div className="flex flex-col gap-10">
          {names.map((name) => (
            <section key={name} id={name} aria-labelledby={`${name}-title`}>
              <h2 id={`${name}-title`} className="mb-3 font-semibold text-xl tracking-tight">
                {t(`sections.${name}`)}
              </h2>
              {sections[name]}
            </section>
          ))}
        </div>
      </main>
    </div>
  )
}
