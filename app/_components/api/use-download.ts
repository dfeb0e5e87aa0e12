'use client'

import { useMutation } from '@tanstack/react-query'
import { useAttempt, useTeamId } from './api-provider.tsx'
import type { ApiRequestOptions } from './client.ts'
import { apiDownload } from './client.ts'
import type { ApiProblem } from './problem.ts'

interface DownloadInput {
  path: string
  query?: ApiRequestOptions['query']
}

/**
 * Saves a file of the API: `download.mutate({ path, query })`. It is fetched first, since a plain link cannot say which team
 * the page was drawn for, nor ask for a fresh sign-in.
 */
export function useDownload() {
  const teamId = useTeamId()
  const attempt = useAttempt()
  return useMutation<void, ApiProblem, DownloadInput>({
    mutationFn: async ({ path, query }) => {
      const { content, name } = await attempt(() => apiDownload(path, { teamId, ...(query ? { query } : {}) }))
      saveFile(content, name)
    },
  })
}

/** Time the browser gets to begin reading before the address of the file is taken back. */
const keptMs = 60_000

/** Hands a file to the browser to be saved. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), keptMs)
}
