'use client'

import { Braces, Download, Sheet } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDownload } from '#app/_components/api/use-download.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { Menu } from '#app/_components/ui/menu.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { AuditState } from './audit-state.ts'

const formats = ['csv', 'ndjson'] as const
const icons = { csv: <Sheet aria-hidden="true" />, ndjson: <Braces aria-hidden="true" /> }

/** Downloads what the filter shows, all pages of it. */
export function ExportMenu({ filter, isFiltered }: Pick<AuditState, 'filter' | 'isFiltered'>) {
  const t = useTranslations('audit.export')
  const failureText = useFailureText()
  const download = useDownload()
  const save = (format: (typeof formats)[number]) =>
    download.mutate(
      { path: '/audit-events/export', query: { ...filter, format } },
      {
        onSuccess: () => toast.ok(t('done')),
        onError: (error) => toast.failure(t('failed'), { description: failureText(error) }),
      },
    )
  return (
    <Menu
      trigger={
        <Button icon={<Download aria-hidden="true" />} loading={download.isPending}>
          {isFiltered ? t('filtered') : t('all')}
        </Button>
      }
      entries={formats.map((format) => ({
        id: format,
        label: t(`formats.${format}`),
        description: t(`formatHints.${format}`),
        icon: icons[format],
        onSelect: () => save(format),
      }))}
    />
  )
}
