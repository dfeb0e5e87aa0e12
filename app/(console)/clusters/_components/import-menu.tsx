'use client'

import { ChevronDown, FileSpreadsheet, Plus, Server } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import { Menu } from '#app/_components/ui/menu.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'

/** The ways to bring clusters in; nothing for whoever may not. */
export function ImportMenu() {
  const t = useTranslations('clusters.importMenu')
  const { can } = usePermissions()
  if (!can('clusters:write')) return null
  return (
    <Menu
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden="true" />} trailingIcon={<ChevronDown aria-hidden="true" />}>
          {t('open')}
        </Button>
      }
      entries={[
        {
          id: 'one',
          label: t('one'),
          description: t('oneHint'),
          icon: <Server aria-hidden="true" />,
          href: '/clusters/import',
        },
        {
          id: 'file',
          label: t('file'),
          description: t('fileHint'),
          icon: <FileSpreadsheet aria-hidden="true" />,
          href: '/clusters/import-file',
        },
      ]}
    />
  )
}
