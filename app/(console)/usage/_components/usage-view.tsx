'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import type { UsageView as Usage } from '#lib/contracts/usage.ts'
import { usageView } from '#lib/contracts/usage.ts'
import { LimitsNote } from './limits-note.tsx'
import { isNearLimit } from './near-limit.ts'
import { QuotaMeter, useQuotaName } from './quota-meter.tsx'

const answer = z.object({ data: usageView })

/** Requests and streams change without an event, so the page asks again by itself. */
const refreshMs = 5_000

/** What the team uses of what its plan allows. */
export function UsageView({ initial }: { initial: Usage }) {
  const t = useTranslations('usage')
  const usage = useApiQuery('/usage', answer, { initialData: { data: initial }, refetchIntervalMs: refreshMs })
  const { plan, quotas } = usage.data?.data ?? initial
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        badges={
          <Badge tone="accent" icon={null}>
            {t('plan', { plan: t(`plans.${plan}`) })}
          </Badge>
        }
      />
      <div className="grid items-start gap-5 lg:grid-cols-[1fr_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <FailureAlert error={usage.error} title={t('stale')} />
          <NearLimits quotas={quotas} />
          <Panel title={t('quotasTitle')} description={t('quotasDescription')}>
            <ul className="flex flex-col gap-6 pt-1">
              {quotas.map((quota) => (
                <li key={quota.id}>
                  <QuotaMeter quota={quota} />
                </li>
              ))}
            </ul>
          </Panel>
        </div>
        <LimitsNote />
      </div>
    </>
  )
}

/** Names what is about to run out, before it does. */
function NearLimits({ quotas }: Pick<Usage, 'quotas'>) {
  const t = useTranslations('usage')
  const separator = useTranslations('shell')('listSeparator')
  const nameOf = useQuotaName()
  const near = quotas.filter(isNearLimit)
  if (near.length === 0) return null
  return (
    <Alert tone="warn" title={t('nearTitle')}>
      {t('near', { names: near.map(({ id }) => nameOf(id)).join(separator) })}
    </Alert>
  )
}
