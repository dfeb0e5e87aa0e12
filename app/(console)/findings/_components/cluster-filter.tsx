'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import type { TableState } from '#app/_components/table/table-state.ts'
import { Combobox } from '#app/_components/ui/combobox.tsx'
import { clusterView } from '#lib/contracts/clusters.ts'

const named = clusterView.pick({ id: true, name: true })
const listAnswer = z.object({ data: z.array(named) })
const oneAnswer = z.object({ data: named })

/** Pause in typing after which clusters are asked for. */
const pauseMs = 200
const shownMax = 20
/** As long as the list takes a search. */
const lengthMax = 100
/** Stands for no filter: an option cannot be empty. */
const any = '*'

/** Narrows a list to one cluster of the team, found by typing. */
export function ClusterFilter({ state }: { state: TableState }) {
  const t = useTranslations('findings')
  const chosen = state.filters.clusterId ?? ''
  const [typed, setTyped] = useState('')
  const q = useAfterPause(typed.trim().slice(0, lengthMax))
  const found = useApiQuery('/clusters', listAnswer, {
    query: { q, limit: shownMax, sort: 'name' },
    keepPrevious: true,
  })
  const one = useApiQuery(`/clusters/${chosen}`, oneAnswer, { enabled: chosen !== '' })
  const name = one.data?.data.name ?? t('clusterFilter.unknown')
  const clusters = found.data?.data ?? []
  return (
    <Combobox
      aria-label={t('table.cluster')}
      className="w-44!"
      options={[
        // While somebody types, Enter takes what was found.
        ...(q === '' ? [{ value: any, label: t('clusterFilter.any') }] : []),
        ...(chosen === '' || clusters.some(({ id }) => id === chosen) ? [] : [{ value: chosen, label: name }]),
        ...clusters.map((cluster) => ({ value: cluster.id, label: cluster.name })),
      ]}
      value={chosen === '' ? any : chosen}
      onValueChange={(value) => state.setFilter('clusterId', value === any || value === null ? '' : value)}
      onType={setTyped}
    />
  )
}

function useAfterPause(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
