'use client'

import { useMutation } from '@tanstack/react-query'
import { z } from 'zod'
import { backupFileView } from '#lib/contracts/backup-catalogue.ts'
import { useApi } from '../api/api-provider.tsx'
import type { ApiProblem } from '../api/problem.ts'

const answer = z.object({ data: backupFileView })

/**
 * Downloads the snapshot of a backup: `download.mutate(id)`, which gives its file name. First the server is asked whether it can
 * be given, so that a fresh sign-in and whatever stands in the way are told in words; then the browser itself reads it straight
 * to the disk, since no page could hold 8 GiB.
 */
export function useBackupDownload() {
  const request = useApi()
  return useMutation<string, ApiProblem, string>({
    mutationFn: async (id) => {
      const { data } = await request('GET', `/backups/${id}/file`, { schema: answer })
      const link = document.createElement('a')
      link.href = `/api/v1/backups/${id}/content`
      link.download = data.fileName
      link.click()
      return data.fileName
    },
  })
}
