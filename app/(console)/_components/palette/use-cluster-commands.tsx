'use client'

import { Server } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { clusterView } from '#lib/contracts/clusters.ts'
import type { Command } from './commands.ts'

/** Pause in typing after which clusters are asked for. */
const pauseMs = 200
const shownMax = 8
/** As long as the list takes a search. */
const lengthMax = 100

const answer = z.object({ data: z.array(clusterView.pick({ id: true, name: true, description: true, state: true })) })

export interface FoundClusters {
  commands: Command[]
  /** An answer about what is typed is still to come. */
  isSearching: boolean
}

/** Clusters of the team by what is typed; an older question is dropped for a newer one. */
export function useClusterCommands(typed: string): FoundClusters {
  const states = useTranslations('clusters.states')
  const router = useRouter()
  const { can } = usePermissions()
  const wanted = typed.trim().slice(0, lengthMax)
  const asked = useAfterPause(wanted)
  const isOn = can('clusters:read') && wanted !== ''
  const { data, isFetching } = useApiQuery('/clusters', answer, {
    query: { q: asked, limit: shownMax },
    enabled: isOn && asked !== '',
    keepPrevious: true,
  })
  const found = isOn && asked !== '' ? (data?.data ?? []) : []
  return {
    commands: found.map(({ id, name, description, state }) => ({
      id: `cluster-${id}`,
      group: 'clusters',
      label: name,
      icon: <Server aria-hidden="true" />,
      keywords: `${description} ${asked}`,
      note: states(state),
      run: () => router.push(`/clusters/${id}`),
    })),
    isSearching: isOn && (isFetching || asked !== wanted),
  }
}

function useAfterPause(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
