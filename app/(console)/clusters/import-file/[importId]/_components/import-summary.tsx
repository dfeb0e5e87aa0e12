'use client'

import { Progress } from '@base-ui/react/progress'
import { Ban, Import } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { isUnderWay } from '#app/(console)/clusters/import-file/_components/import-state.tsx'
import type { ClusterImportView, RowState } from '#lib/contracts/cluster-imports.ts'
import { clusterImportView } from '#lib/contracts/cluster-imports.ts'

const answer = z.object({ data: clusterImportView })

/** What has become of a list so far, and what can be done about it. */
export function ImportSummary({ record }: { record: ClusterImportView }) {
  const { can } = usePermissions()
  const sentence = useSentence(record)
  const again = useTranslations('cluster-imports.summary')('again')
  return (
    <Panel>
      <div className="flex flex-col gap-4">
        <div aria-live="polite">
          <p>{sentence}</p>
          {leftOut(record) > 0 && record.state === 'done' ? <p className="mt-1 text-muted">{again}</p> : null}
        </div>
        {isUnderWay(record.state) ? <ImportProgress record={record} /> : null}
        {can('clusters:write') && record.finishedAt === null ? <Decision record={record} /> : null}
      </div>
    </Panel>
  )
}

function countOf({ counts }: ClusterImportView, ...states: RowState[]): number {
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
}

function leftOut(record: ClusterImportView): number {
  return countOf(record, 'refused', 'failed', 'cancelled')
}

function useSentence(record: ClusterImportView): string {
  const t = useTranslations('cluster-imports.summary')
  const count = (...states: RowState[]) => countOf(record, ...states)
  switch (record.state) {
    case 'checking':
      return t('checking')
    case 'checked':
      return t('checked', { ready: count('ready', 'warned'), refused: count('refused') })
    case 'importing':
      return t('importing')
    case 'done':
      return t('done', {
        created: count('created'),
        changed: count('changed'),
        unchanged: count('unchanged'),
        left: leftOut(record),
      })
    case 'cancelled':
      return t('cancelled', { created: count('created', 'changed', 'unchanged') })
  }
}

function ImportProgress({ record }: { record: ClusterImportView }) {
  const t = useTranslations('cluster-imports.progress')
  const formatter = useFormatter()
  const isChecking = record.state === 'checking'
  // Refused rows are no work of the second round.
  const total = record.rowsTotal - (isChecking ? 0 : countOf(record, 'refused'))
  const done = total - (isChecking ? countOf(record, 'waiting') : countOf(record, 'ready', 'warned'))
  const text = t('of', { done: formatter.number(done), total: formatter.number(total) })
  return (
    <Progress.Root
      value={done}
      max={Math.max(total, 1)}
      aria-label={t(isChecking ? 'checking' : 'importing')}
      getAriaValueText={() => text}
      className="block w-full max-w-xl"
    >
      <span className="text-muted text-sm tabular-nums">{text}</span>
      <Progress.Track className="mt-1.5 h-2 overflow-hidden rounded-full bg-hover">
        <Progress.Indicator className="rounded-full bg-accent transition-[width] duration-300" />
      </Progress.Track>
    </Progress.Root>
  )
}

function Decision({ record }: { record: ClusterImportView }) {
  const t = useTranslations('cluster-imports')
  const [isAsking, setAsking] = useState(false)
  const path = `/cluster-imports/${record.id}`
  const { mutateAsync, isPending, error } = useApiMutation({ schema: answer, invalidates: [path, `${path}/rows`] })
  const importable = countOf(record, 'ready', 'warned')
  return (
    <>
      <FailureAlert error={error} />
      <div className="flex flex-wrap gap-2">
        {record.state === 'checked' && importable > 0 ? (
          <Button
            variant="primary"
            icon={<Import aria-hidden="true" />}
            loading={isPending}
            onClick={() => void mutateAsync({ method: 'POST', path: `${path}/run` }).catch(() => undefined)}
          >
            {t('import', { count: importable })}
          </Button>
        ) : null}
        <Button icon={<Ban aria-hidden="true" />} onClick={() => setAsking(true)}>
          {t('giveUp')}
        </Button>
      </div>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={t('giveUpTitle')}
        description={t('giveUpDescription')}
        confirmLabel={t('giveUp')}
        onConfirm={async () => {
          await mutateAsync({ method: 'DELETE', path })
        }}
      />
    </>
  )
}
