'use client'

import { useTranslations } from 'next-intl'

export function useScopeOptions() {
  const t = useTranslations('gallery.fields')
  return [
    { value: 'clusters:read', label: t('clustersRead') },
    { value: 'clusters:write', label: t('clustersWrite') },
    { value: 'audit:read', label: t('auditRead') },
    { value: 'members:write', label: t('membersWrite') },
  ]
}
