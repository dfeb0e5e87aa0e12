'use client'

import type { QueryKey } from '@tanstack/react-query'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { useApi, useTeamId } from './api-provider.tsx'
import type { ApiMethod, ApiRequestOptions } from './client.ts'
import { IntentKey } from './idempotency-key.ts'
import type { ApiProblem } from './problem.ts'

export interface ApiQueryOptions<Data> {
  query?: ApiRequestOptions['query']
  enabled?: boolean
  /** What the server component already read, to show before the first answer. */
  initialData?: Data
  /** Keeps what was shown while the next page loads. */
  keepPrevious?: boolean
  /** Asks again every so many milliseconds, while the page is visible; an open page alone keeps no session awake. */
  refetchIntervalMs?: number
}

/** A live read; cached under the team, the path and the search parameters. */
export function useApiQuery<Data>(path: string, schema: z.ZodType<Data>, options: ApiQueryOptions<Data> = {}) {
  const request = useApi()
  const teamId = useTeamId()
  const { query, enabled = true, initialData, keepPrevious = false, refetchIntervalMs } = options
  const isBackground = refetchIntervalMs !== undefined
  return useQuery<Data, ApiProblem>({
    queryKey: apiQueryKey(teamId, path, query),
    queryFn: ({ signal }) => request('GET', path, { schema, signal, isBackground, ...(query ? { query } : {}) }),
    enabled,
    ...(initialData === undefined ? {} : { initialData: () => initialData }),
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(refetchIntervalMs === undefined ? {} : { refetchInterval: refetchIntervalMs }),
  })
}

export function apiQueryKey(teamId: string | undefined, path: string, query?: ApiRequestOptions['query']): QueryKey {
  return query === undefined ? ['api', teamId ?? null, path] : ['api', teamId ?? null, path, query]
}

export interface ApiMutationOptions<Data> {
  schema?: z.ZodType<Data>
  /** Lists to read again afterwards, by their path. */
  invalidates?: readonly string[]
}

interface MutationInput {
  method: ApiMethod
  path: string
  body?: unknown
}

/** A change outside a form: `mutation.mutateAsync({ method, path, body })`. Sent again after a lost answer, it is done once. */
export function useApiMutation<Data = undefined>(options: ApiMutationOptions<Data> = {}) {
  const request = useApi()
  const refresh = useRefresh()
  const [intent] = useState(() => new IntentKey())
  return useMutation<Data, ApiProblem, MutationInput>({
    mutationFn: async (input) => {
      const { method, path, body } = input
      const idempotencyKey = intent.keyFor(input)
      try {
        const answer = await request<Data>(method, path, {
          ...(body === undefined ? {} : { body }),
          ...(options.schema === undefined ? {} : { schema: options.schema }),
          ...(method === 'POST' ? { idempotencyKey } : {}),
        })
        intent.settle(idempotencyKey)
        return answer
      } catch (error) {
        intent.settle(idempotencyKey, error)
        throw error
      }
    },
    onSuccess: () => refresh(...(options.invalidates ?? [])),
  })
}

/** Reads lists again, by the beginning of their path. */
export function useRefresh(): (...paths: string[]) => Promise<void> {
  const client = useQueryClient()
  const teamId = useTeamId()
  return async (...paths) => {
    await Promise.all(paths.map((path) => client.invalidateQueries({ queryKey: apiQueryKey(teamId, path) })))
  }
}
