'use client'

import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { memberView } from '#lib/contracts/members.ts'
import type { Role } from '#lib/contracts/roles.ts'

const membersAnswer = z.object({ data: z.array(memberView), nextCursor: z.string().nullable() })
const twoOwners = { role: 'owner', limit: 2 } as const

/**
 * Whether somebody of this role is the only owner of the team around (`TeamProvider`). `isKnown` turns true with the answer,
 * also where there is none to get: the server judges again.
 */
export function useLastOwner(role: Role, isAsked: boolean): { isKnown: boolean; isLastOwner: boolean } {
  const isOwner = role === 'owner'
  const owners = useApiQuery('/members', membersAnswer, { query: twoOwners, enabled: isAsked && isOwner })
  return { isKnown: !(isOwner && owners.isPending), isLastOwner: isOwner && owners.data?.data.length === 1 }
}
