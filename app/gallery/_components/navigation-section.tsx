'use client'

import { BookOpen, ChevronDown, Pencil } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Breadcrumb } from '#app/_components/ui/breadcrumb.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Kbd } from '#app/_components/ui/kbd.tsx'
import { Menu } from '#app/_components/ui/menu.tsx'
import { Pagination } from '#app/_components/ui/pagination.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import { TabLinks, Tabs } from '#app/_components/ui/tabs.tsx'

const paletteKeys = ['⌘', 'K']

export function NavigationSection() {
  const t = useTranslations('gallery.navigation')
  const [density, setDensity] = useState('compact')
  const densities = [
    { value: 'compact', label: t('compact') },
    { value: 'roomy', label: t('roomy') },
  ]
  return (
    <Panel>
      <Breadcrumb
        crumbs={[
          { label: t('clusters'), href: '/gallery' },
          { label: t('east'), href: '/gallery?east' },
        ]}
      />
      <TabLinks
        label={t('east')}
        links={[
          { href: '/gallery', label: t('overview') },
          { href: '/', label: t('settings') },
        ]}
      />
      <Tabs
        label={t('clusters')}
        tabs={[
          { value: 'overview', label: t('overview'), content: t('overviewText') },
          { value: 'backups', label: t('backups'), count: 341, content: t('overviewText') },
          { value: 'settings', label: t('settings'), content: t('overviewText') },
        ]}
      />
      <div className="my-4 flex flex-wrap items-center gap-4">
        <Menu
          align="start"
          trigger={<Button trailingIcon={<ChevronDown aria-hidden="true" />}>{t('menu')}</Button>}
          entries={[
            { id: 'heading', heading: t('heading') },
            {
              id: 'rename',
              label: t('rename'),
              icon: <Pencil aria-hidden="true" />,
              description: t('renameWhy'),
              disabled: true,
              onSelect: () => undefined,
            },
            { id: 'docs', label: t('docs'), icon: <BookOpen aria-hidden="true" />, href: '/gallery?docs' },
            { id: 'line', separator: true },
            { id: 'density', label: t('density'), value: density, onValueChange: setDensity, options: densities },
          ]}
        />
        <span className="inline-flex items-center gap-1 text-muted text-sm">
          {t('shortcuts')}
          {paletteKeys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
        <Spinner />
      </div>
      <Pagination onNext={() => undefined} />
    </Panel>
  )
}
