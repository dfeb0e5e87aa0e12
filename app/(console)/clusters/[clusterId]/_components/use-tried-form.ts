'use client'

import { useState } from 'react'
import type { FieldValues } from 'react-hook-form'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import type { ApiForm, ApiFormOptions } from '#app/_components/ui/form.tsx'
import { useApiForm } from '#app/_components/ui/form.tsx'
import { diagnosisOf } from '#app/(console)/clusters/_components/access/diagnosis-of.ts'
import { placeAtFields } from '#app/(console)/clusters/_components/access/place-at-fields.ts'
import type { ClusterDetailView, UpdateCluster } from '#lib/contracts/clusters.ts'
import { diagnosedClusterView } from '#lib/contracts/clusters.ts'
import type { DiagnosisView } from '#lib/contracts/diagnosis.ts'

const changed = z.object({ data: diagnosedClusterView })

export interface TriedForm<Texts extends FieldValues> {
  form: ApiForm<Texts, UpdateCluster>
  /** Why the new way was refused; the old one is in force. */
  refused: DiagnosisView | undefined
  /** The new way leads to an etcd that is not the one this cluster was. */
  isAnother: boolean
  /** The stored passwords do not go where this leads: they have to be given again. */
  needsPasswords: boolean
}

export interface TriedFormOptions<Texts extends FieldValues> {
  cluster: Pick<ClusterDetailView, 'id'>
  schema: ApiFormOptions<Texts, UpdateCluster, unknown>['schema']
  defaultValues: ApiFormOptions<Texts, UpdateCluster, unknown>['defaultValues']
  onDone: () => void
}

/** A change of the way to a cluster: it is tried first, and what stood in the way is kept to be shown. */
export function useTriedForm<Texts extends FieldValues>(options: TriedFormOptions<Texts>): TriedForm<Texts> {
  const { cluster, schema, defaultValues, onDone } = options
  const path = `/clusters/${cluster.id}`
  const request = useApi()
  const refresh = useRefresh()
  const [refused, setRefused] = useState<DiagnosisView>()
  const [isAnother, setAnother] = useState(false)
  const [needsPasswords, setNeedsPasswords] = useState(false)
  const form = useApiForm<Texts, UpdateCluster, z.infer<typeof changed>>({
    schema,
    defaultValues,
    submit: async (body) => {
      setRefused(undefined)
      try {
        return await placeAtFields(() => request('PATCH', path, { body, schema: changed }))
      } catch (error) {
        setRefused(diagnosisOf(error))
        if (error instanceof ApiProblem && error.code === 'cluster-is-another') setAnother(true)
        if (error instanceof ApiProblem && error.code === 'passwords-needed') setNeedsPasswords(true)
        throw error
      }
    },
    onSuccess: async () => {
      onDone()
      await refresh('/clusters', path)
    },
  })
  return { form, refused, isAnother, needsPasswords }
}
