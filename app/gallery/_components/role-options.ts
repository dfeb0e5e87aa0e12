'use client'

import { useTranslations } from 'next-intl'

const roles = ['owner', 'admin', 'operator', 'viewer'] as const

export function useRoleOptions() {
  const t = useTranslations('gallery.roles')
  return roles.map((role) => ({ value: role, label: t(role), description: t(`${role}Help`) }))
}
