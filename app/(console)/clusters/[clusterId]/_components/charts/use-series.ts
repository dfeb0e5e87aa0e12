'use client'

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { useApi, useTeamId } from '#app/_components/api/api-provider.tsx'
import type { ApiProblem } from '#app/_components/api/problem.ts'
import { apiQueryKey } from '#app/_components/api/use-api-query.ts'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import type { SeriesView } from '#lib/contracts/watch.ts'
import { seriesView } from '#lib/contracts/watch.ts'
import type { HistoryRange } from './history-range.ts'
import { rangeUpTo } from './history-range.ts'

const answer = z.object({ data: seriesView })
const refreshMs = 30_000

/**
 * The samples of a cluster up to now, read again every 30 s while the page is visible and whenever something happens to the
 * cluster. The range is taken at the moment of asking, so that all answers of one range share a place in the cache.
 */
export function useSeries(clusterId: string, range: HistoryRange) {
  const request = useApi()
  const teamId = useTeamId()
  const client = useQueryClient()
  const path = `/clusters/${clusterId}/samples`
  useLive(['cluster.*'], ({ payload }) => {
    if (payload.clusterId === clusterId) void client.invalidateQueries({ queryKey: apiQueryKey(teamId, path) })
  })
  return useQuery<SeriesView, ApiProblem>({
    queryKey: apiQueryKey(teamId, path, { range }),
    queryFn: async ({ signal }) => {
      const query = rangeUpTo(range, Date.now())
      const { data } = await request('GET', path, { schema: answer, query, signal, isBackground: true })
      return data
    },
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  })
}
