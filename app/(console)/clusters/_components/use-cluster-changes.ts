'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { ClusterView } from '#lib/contracts/clusters.ts'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'
import { diagnosisView } from '#lib/contracts/diagnosis.ts'

const looked = z.object({ data: diagnosisView })

type Named = Pick<ClusterView, 'id' | 'name'>

export interface ClusterChanges {
  setPaused: (cluster: Named, isPaused: boolean) => void
  setProtected: (cluster: Named, isProtected: boolean) => void
  /** Looks now, and tells in a few words what came of it. */
  look: (cluster: Named) => Promise<DiagnosisView | undefined>
}

/** Changes of a cluster that ask nothing further; each tells how it ended. */
export function useClusterChanges(): ClusterChanges {
  const t = useTranslations('clusters.changes')
  const request = useApi()
  const refresh = useRefresh()
  const textOf = useFailureText()

  /** Gives what the work gave, or tells of its failure and gives nothing. */
  async function tell<Answer>(work: () => Promise<Answer>, failed: string): Promise<Answer | undefined> {
    try {
      return await work()
    } catch (error) {
      toast.failure(failed, { description: textOf(error) })
      return undefined
    }
  }

  async function change({ id, name }: Named, body: object, done: string) {
    await tell(
      async () => {
        await request('PATCH', `/clusters/${id}`, { body })
        toast.ok(done)
        await refresh('/clusters', `/clusters/${id}`)
      },
      t('failed', { name }),
    )
  }

  return {
    setPaused: (cluster, isPaused) => {
      void change(cluster, { isPaused }, t(isPaused ? 'paused' : 'resumed', { name: cluster.name }))
    },
    setProtected: (cluster, isProtected) => {
      void change(cluster, { isProtected }, t(isProtected ? 'protected' : 'unprotected', { name: cluster.name }))
    },
    look: (cluster) =>
      tell(
        async () => {
          const { data } = await request('POST', `/clusters/${cluster.id}/diagnosis`, { schema: looked })
          await refresh('/clusters', `/clusters/${cluster.id}`)
          return data
        },
        t('lookFailed', { name: cluster.name }),
      ),
  }
}
