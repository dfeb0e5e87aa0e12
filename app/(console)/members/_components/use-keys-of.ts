'use client'

import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { ApiKeyView } from '#lib/contracts/api-keys.ts'
import { apiKeyView } from '#lib/contracts/api-keys.ts'
import type { MemberView } from '#lib/contracts/members.ts'

const keysAnswer = z.object({ data: z.array(apiKeyView), nextCursor: z.string().nullable() })
const query = { state: 'active', limit: 200 } as const

/** The living API keys a member made, which end with the membership; undefined while, or where, they cannot be known. */
export function useKeysOf(member: MemberView, isAsked: boolean): ApiKeyView[] | undefined {
  const { can } = usePermissions()
  const answer = useApiQuery('/api-keys', keysAnswer, { query, enabled: isAsked && can('api-keys:read') })
  return answer.data?.data.filter((key) => key.createdBy === member.email)
}
