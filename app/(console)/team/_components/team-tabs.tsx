'use client'

import { useTranslations } from 'next-intl'
import { TabLinks } from '#app/_components/ui/tabs.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'

/** The pages of the team's settings; while a team is being deleted there is but one. */
export function TeamTabs() {
  const t = useTranslations('inspection-settings.team')
  const backups = useTranslations('backups.settings')
  const { can } = usePermissions()
  if (!can('clusters:read')) return null
  return (
    <TabLinks
      label={t('tabs')}
      links={[
        { href: '/team', label: t('general') },
        { href: '/team/inspections', label: t('inspections') },
        ...(can('backups:read') ? [{ href: '/team/backups', label: backups('tab') }] : []),
      ]}
    />
  )
}
