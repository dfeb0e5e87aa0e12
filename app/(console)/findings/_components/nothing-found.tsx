'use client'

import { CircleCheck, Radar, Server } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { ImportMenu } from '#app/(console)/clusters/_components/import-menu.tsx'
import { clusterView } from '#lib/contracts/clusters.ts'

const answer = z.object({ data: z.array(clusterView.pick({ lookedAt: true })) })
const askedMax = 100

/** No finding: because all is well, or because nobody has looked, or because there is nothing to look at. */
export function NothingFound() {
  const t = useTranslations('findings.empty')
  const { data } = useApiQuery('/clusters', answer, { query: { limit: askedMax } })
  if (!data) return <div className="h-64" />
  const lookedAt = data.data
    .flatMap((cluster) => cluster.lookedAt ?? [])
    .toSorted()
    .at(-1)
  if (data.data.length === 0) return <NoCluster />
  if (!lookedAt) {
    return <EmptyState icon={<Radar aria-hidden="true" />} title={t('neverTitle')} description={t('never')} />
  }
  return (
    <EmptyState
      icon={<CircleCheck aria-hidden="true" />}
      title={t('openTitle')}
      description={t.rich('openSeen', { time: () => <Time value={lookedAt} /> })}
      action={<ButtonLink href="/clusters">{t('toClusters')}</ButtonLink>}
    />
  )
}

function NoCluster() {
  const t = useTranslations('findings.empty')
  return (
    <EmptyState
      icon={<Server aria-hidden="true" />}
      title={t('noneTitle')}
      description={t('none')}
      action={<ImportMenu />}
      steps={[
        { title: t('steps.collectTitle'), description: t('steps.collect') },
        { title: t('steps.judgeTitle'), description: t('steps.judge') },
        { title: t('steps.followTitle'), description: t('steps.follow') },
      ]}
    />
  )
}
