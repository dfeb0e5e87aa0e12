'use client'

import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { staticPage } from '#app/_components/table/use-table-page.ts'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { FindingSheet } from '#app/(console)/findings/_components/finding-sheet.tsx'
import { useFindingColumns } from '#app/(console)/findings/_components/use-finding-columns.tsx'
import { useShownFinding } from '#app/(console)/findings/_components/use-shown-finding.ts'
import { findingView } from '#lib/contracts/inspections.ts'
import { pageEnd } from '#lib/contracts/paging.ts'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'

const answer = pageEnd.extend({ data: z.array(findingView) })
const shownMax = 20

/** What is open against this cluster, the most severe first. */
export function OpenFindings({ view }: { view: ClusterWatchView }) {
  const { clusterId, verdicts, collection } = view
  const t = useTranslations('findings.ofCluster')
  const labels = useTranslations('findings.table')
  const { data, isPending, error, refetch } = useApiQuery('/findings', answer, {
    query: { clusterId, limit: shownMax },
  })
  // A look that finds nothing new is no news, but has seen again what is open.
  useEffect(() => {
    if (collection.at !== null) void refetch()
  }, [collection.at, refetch])
  const shown = useShownFinding()
  const columns = useFindingColumns({ onOpen: shown.open, withCluster: false })
  const rows = data?.data ?? []
  const unknown = new Set(verdicts.flatMap((each) => (each.verdict === 'unknown' ? each.inspection : []))).size
  return (
    <section>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-semibold text-lg">{t('title')}</h2>
        <TextLink href={`/findings?clusterId=${clusterId}`}>{t('all')}</TextLink>
      </div>
      <DataTable
        label={labels('ofCluster')}
        columns={columns}
        idOf={(finding) => finding.id}
        page={{ ...staticPage(rows), isLoading: isPending, problem: error, retry: () => void refetch() }}
        empty={<p className="px-4 py-3 text-muted">{emptyWords()}</p>}
      />
      {data?.nextCursor ? <p className="mt-1 text-muted text-sm">{t('more', { count: rows.length })}</p> : null}
      <FindingSheet shown={shown} known={rows} isOnClusterPage />
    </section>
  )

  function emptyWords() {
    if (verdicts.length === 0) return t('never')
    return unknown > 0 ? t('unknown', { count: unknown }) : t('none')
  }
}
