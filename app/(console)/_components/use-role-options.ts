'use client'

import { useTranslations } from 'next-intl'
import type { Option } from '#app/_components/ui/select.tsx'
import type { Role } from '#lib/contracts/roles.ts'
import { roles } from '#lib/contracts/roles.ts'
import { mayGrant } from '#lib/tenancy/permissions.ts'
import { useTeam } from './me-provider.tsx'

/** The roles the visitor may hand out, least powerful first, each with its sentence. */
export function useRoleOptions(): Option<Role>[] {
  const t = useTranslations('shell')
  const { role: own } = useTeam()
  return roles
    .filter((role) => mayGrant(own, role))
    .map((value) => ({ value, label: t(`roles.${value}`), description: t(`roleDescriptions.${value}`) }))
}
