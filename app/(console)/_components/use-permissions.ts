'use client'

import { useTranslations } from 'next-intl'
import type { Permission } from '#lib/contracts/roles.ts'
import { useMe } from './me-provider.tsx'
import { rolesWith } from './roles-with.ts'

export interface Permissions {
  /** Whether the visitor holds a permission in the team of the page. */
  can: (permission: Permission) => boolean
  /** Why a control does not work for them, in their language; undefined when it does. */
  whyNot: (permission: Permission) => string | undefined
}

/** What the visitor may do: controls they lack the right for disappear, or stay and say why. */
export function usePermissions(): Permissions {
  const t = useTranslations('shell')
  const { permissions, team } = useMe()
  const can = (permission: Permission) => permissions.includes(permission)
  return {
    can,
    whyNot: (permission) => {
      if (can(permission)) return undefined
      const allowed = rolesWith(permission).map((role) => t(`roles.${role}`))
      return t('whyNot', { roles: allowed.join(t('listSeparator')), role: team ? t(`roles.${team.role}`) : '—' })
    },
  }
}
