'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Sheet } from '#app/_components/ui/sheet.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import { useLastShown } from '#app/_components/ui/use-last-shown.ts'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import type { FindingView } from '#lib/contracts/inspections.ts'
import { findingView } from '#lib/contracts/inspections.ts'
import { FindingWhole } from './finding-whole.tsx'
import { useInspectionWords } from './use-inspection-words.ts'
import type { ShownFinding } from './use-shown-finding.ts'

const answer = z.object({ data: findingView })

interface FindingSheetProps {
  shown: ShownFinding
  /** Those the page lists already: the sheet opens with what is known. */
  known: readonly FindingView[]
  /** On the page of its cluster, where the way there leads nowhere. */
  isOnClusterPage?: boolean
}

/** One finding, whole, beside the page; it goes on changing while it is read. */
export function FindingSheet({ shown, known, isOnClusterPage = false }: FindingSheetProps) {
  const { id, close } = shown
  const lastId = useLastShown(id)
  if (lastId === null) return null
  return (
    <Opened
      key={lastId}
      id={lastId}
      isOpen={id !== null}
      close={close}
      known={known.find((finding) => finding.id === lastId)}
      isOnClusterPage={isOnClusterPage}
    />
  )
}

interface OpenedProps {
  id: string
  isOpen: boolean
  close: () => void
  known: FindingView | undefined
  isOnClusterPage: boolean
}

function Opened({ id, isOpen, close, known, isOnClusterPage }: OpenedProps) {
  const t = useTranslations('findings.sheet')
  const words = useInspectionWords()
  const finding = useFinding(id, isOpen)
  const shown = finding.data?.data ?? known
  return (
    <Sheet
      title={shown ? words.nameOf(shown.inspection) : t('title')}
      open={isOpen}
      onOpenChange={(next) => {
        if (!next) close()
      }}
      size="wide"
      {...(shown ? { footer: <Ways finding={shown} isOnClusterPage={isOnClusterPage} /> } : {})}
    >
      {finding.error?.status === 404 || finding.error?.status === 400 ? (
        <EmptyState title={t('goneTitle')} description={t('gone')} />
      ) : (
        <FailureAlert error={finding.error} />
      )}
      {shown && finding.error?.status !== 404 ? <FindingWhole finding={shown} /> : null}
      {!shown && finding.isPending ? <Waiting /> : null}
    </Sheet>
  )
}

function useFinding(id: string, isOpen: boolean) {
  const path = `/findings/${encodeURIComponent(id)}`
  const refresh = useRefresh()
  useLive(['finding.*', 'cluster.*'], () => {
    if (isOpen) void refresh(path)
  })
  return useApiQuery(path, answer, { enabled: isOpen })
}

function Waiting() {
  const t = useTranslations('findings.sheet')
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      <Skeleton className="w-4/5" />
      <Skeleton className="w-3/5" />
      <Skeleton className="w-2/3" />
    </div>
  )
}

/** To what it is about, and to what decides when it is one. */
function Ways({ finding, isOnClusterPage }: { finding: FindingView; isOnClusterPage: boolean }) {
  const t = useTranslations('findings.sheet')
  const { clusterId, inspection } = finding
  return (
    <>
      <ButtonLink href={`/clusters/${clusterId}?tab=inspections#${inspection}`}>{t('toSettings')}</ButtonLink>
      {isOnClusterPage ? null : (
        <ButtonLink variant="primary" href={`/clusters/${clusterId}`}>
          {t('toCluster')}
        </ButtonLink>
      )}
    </>
  )
}
