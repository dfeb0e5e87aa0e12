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
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'
import { drillView } from '#lib/contracts/backup-catalogue.ts'
import { DrillWhole } from './drill-whole.tsx'
import type { ShownDrill } from './use-shown-drill.ts'

const answer = z.object({ data: drillView })

interface DrillSheetProps {
  shown: ShownDrill
  /** Those the page lists already: the sheet opens with what is known. */
  known: readonly DrillView[]
}

/** One drill, whole, beside the page; it goes on changing while it is read. */
export function DrillSheet({ shown, known }: DrillSheetProps) {
  const { id, close } = shown
  const lastId = useLastShown(id)
  if (lastId === null) return null
  return (
    <Opened
      key={lastId}
      id={lastId}
      isOpen={id !== null}
      close={close}
      known={known.find((drill) => drill.id === lastId)}
    />
  )
}

interface OpenedProps {
  id: string
  isOpen: boolean
  close: () => void
  known: DrillView | undefined
}

function Opened({ id, isOpen, close, known }: OpenedProps) {
  const t = useTranslations('drills.sheet')
  const drill = useDrill(id, isOpen)
  const isGone = drill.error?.status === 404 || drill.error?.status === 400
  const shown = isGone ? undefined : (drill.data?.data ?? known)
  return (
    <Sheet
      title={t('title')}
      open={isOpen}
      onOpenChange={(next) => {
        if (!next) close()
      }}
      size="wide"
      {...(shown?.hasCertificate ? { footer: <ToCertificate drillId={id} /> } : {})}
    >
      {isGone ? <EmptyState title={t('goneTitle')} description={t('gone')} /> : <FailureAlert error={drill.error} />}
      {shown ? <DrillWhole drill={shown} /> : null}
      {!shown && drill.isPending ? <Waiting /> : null}
    </Sheet>
  )
}

function useDrill(id: string, isOpen: boolean) {
  const path = `/drills/${encodeURIComponent(id)}`
  const refresh = useRefresh()
  useLive(['drill.*', 'job.changed'], () => {
    if (isOpen) void refresh(path)
  })
  return useApiQuery(path, answer, { enabled: isOpen })
}

function ToCertificate({ drillId }: { drillId: string }) {
  const t = useTranslations('drills.sheet')
  return (
    <ButtonLink variant="primary" href={`/drills/${drillId}/certificate`}>
      {t('certificate')}
    </ButtonLink>
  )
}

function Waiting() {
  const t = useTranslations('drills.sheet')
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
