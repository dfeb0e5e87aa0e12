'use client'

import { Cog, KeyRound, UserRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { JobView } from '#lib/contracts/jobs.ts'

/** Who asked for a job; where nobody did, a schedule. */
export function JobActor({ actor }: { actor: JobView['actor'] }) {
  const t = useTranslations('activity')
  const kind = actor?.kind === 'user' || actor?.kind === 'api-key' ? actor.kind : 'system'
  const icons = { user: UserRound, 'api-key': KeyRound, system: Cog }
  const Icon = icons[kind]
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-1.5 align-middle [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-muted">
      <Icon aria-hidden="true" />
      <span className="sr-only">{t(`actors.${kind}`)}</span>
      <span className="min-w-0 truncate max-sm:whitespace-normal">{actor?.label ?? t('table.bySchedule')}</span>
    </span>
  )
}
