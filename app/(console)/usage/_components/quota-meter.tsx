'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Meter } from '#app/_components/ui/meter.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { UsageView } from '#lib/contracts/usage.ts'

/** What a quota is called; its id where there is no word yet. */
export function useQuotaName(): (id: string) => string {
  const translate = useKeyTranslator('usage')
  return (id) => translate(`quotas.${id}.name`, undefined, id)
}

/** One quota: use against limit, and what it counts. */
export function QuotaMeter({ quota: { id, used, limit, unit } }: { quota: UsageView['quotas'][number] }) {
  const t = useTranslations('usage')
  const translate = useKeyTranslator('usage')
  const formatter = useFormatter()
  const name = useQuotaName()(id)
  const hint = translate(`quotas.${id}.hint`, undefined, '')
  const write = (value: number) =>
    unit === 'per-second' ? t('perSecond', { value: formatter.number(value) }) : formatter.number(value)
  if (used !== null) return <Meter label={name} value={used} max={limit} format={write} hint={hint} />
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        <span className="font-medium">{name}</span>
        <span className="inline-flex items-center gap-2 text-muted text-sm">
          <Badge tone="unknown">{t('unknown')}</Badge>
          {t('limitOnly', { limit: write(limit) })}
        </span>
      </div>
      <p className="mt-1 text-muted text-sm">{hint}</p>
    </>
  )
}
