'use client'

import { Boxes, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'

const lost = { status: 0, code: 'network', detail: '', errors: [], requestId: '0193a1f0-7d2c', retryAfterSeconds: 30 }

export function EmptySection() {
  const t = useTranslations('gallery.empty')
  return (
    <div className="flex flex-col gap-4">
      <Panel flush>
        <EmptyState
          level={3}
          icon={<Boxes aria-hidden="true" />}
          title={t('title')}
          description={t('text')}
          action={
            <Button variant="primary" icon={<Plus aria-hidden="true" />}>
              {t('action')}
            </Button>
          }
          steps={[
            { title: t('step1'), description: t('step1Text') },
            { title: t('step2'), description: t('step2Text') },
            { title: t('step3'), description: t('step3Text') },
          ]}
        />
      </Panel>
      <FailureAlert error={new ApiProblem(lost)} title={t('failed')} />
    </div>
  )
}
