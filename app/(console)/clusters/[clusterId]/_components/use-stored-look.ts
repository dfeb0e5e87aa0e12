'use client'

import { useState } from 'react'
import { useClusterChanges } from '#app/(console)/clusters/_components/use-cluster-changes.ts'
import type { ClusterDetailView } from '#lib/contracts/clusters.ts'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'

export interface StoredLook {
  isRunning: boolean
  /** The latest one somebody asked for on this page. */
  diagnosis: DiagnosisView | undefined
  start: () => Promise<void>
  close: () => void
}

/** Looks at a stored cluster because somebody asks for it now; shown until it is closed. */
export function useStoredLook(cluster: Pick<ClusterDetailView, 'id' | 'name'>): StoredLook {
  const { look } = useClusterChanges()
  const [isRunning, setRunning] = useState(false)
  const [diagnosis, setDiagnosis] = useState<DiagnosisView>()
  return {
    isRunning,
    diagnosis,
    start: async () => {
      setRunning(true)
      setDiagnosis(undefined)
      const seen = await look(cluster)
      setRunning(false)
      setDiagnosis(seen)
    },
    close: () => setDiagnosis(undefined),
  }
}
