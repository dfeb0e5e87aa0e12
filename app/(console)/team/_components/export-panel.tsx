'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDownload } from '#app/_components/api/use-download.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { toast } from '#app/_components/ui/toast.tsx'

/** All data of the team as one file; says before what is in it and what is not. */
export function ExportPanel() {
  const t = useTranslations('team.export')
  const download = useDownload()
  return (
    <Panel
      title={t('title')}
      description={t('description')}
      footer={
        <Button
          icon={<Download aria-hidden="true" />}
          loading={download.isPending}
          onClick={() => download.mutate({ path: '/team/export' }, { onSuccess: () => toast.ok(t('done')) })}
        >
          {t('submit')}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <FailureAlert error={download.error} title={t('failed')} />
        <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
          <Part title={t('inTitle')} lines={[t('inTeam'), t('inPeople'), t('inFleet'), t('inAudit')]} />
          <Part title={t('outTitle')} lines={[t('outSecrets'), t('outSealed'), t('outPasswords')]} />
        </div>
      </div>
    </Panel>
  )
}

function Part({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  )
}
