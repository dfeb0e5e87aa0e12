'use client'

import type { TableState } from '#app/_components/table/table-state.ts'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import type { AuditFilter } from '#lib/contracts/audit.ts'
import { actionCodes } from './action-codes.ts'
import { endOfDay, startOfDay } from './zoned-day.ts'

const filterNames = ['actor', 'action', 'target', 'from', 'to'] as const
/** An action, or the area of some with its dot. */
const choices = { action: [...actionCodes, ...actionCodes.map((code) => code.slice(0, code.indexOf('.') + 1))] }

export interface AuditState extends TableState {
  /** The filter as the API wants it: days have become instants. */
  filter: { [Name in keyof AuditFilter]: string | undefined }
}

/** The table's state over the audit log. The address holds days, which begin and end in the time zone of the team. */
export function useAuditState(): AuditState {
  const { timeZone } = useTeam()
  const state = useTableState({ filters: filterNames, choices })
  const { actor, action, target, from = '', to = '' } = state.filters
  const filter = { actor, action, target, from: startOfDay(from, timeZone), to: endOfDay(to, timeZone) }
  return { ...state, filter, query: { ...state.query, from: filter.from ?? null, to: filter.to ?? null } }
}
