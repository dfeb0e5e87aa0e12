'use client'

import type { Area } from './areas.tsx'
import { areas } from './areas.tsx'
import { usePermissions } from './use-permissions.ts'

/** The areas the visitor's role opens. */
export function useAreas(): readonly Area[] {
  const { can } = usePermissions()
  return areas.filter(({ permission }) => permission === undefined || can(permission))
}
