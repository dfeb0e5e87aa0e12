'use client'

import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Avatar } from '#app/_components/ui/avatar.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'

const people = ['Ada Lovelace', 'Grace Hopper', '王小云', 'linus@example.com']

export function StatusSection() {
  const t = useTranslations('gallery.status')
  return (
    <Panel>
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone="ok">{t('healthy')}</Badge>
        <Badge tone="warn">{t('degraded')}</Badge>
        <Badge tone="danger">{t('failed')}</Badge>
        <Badge tone="unknown">{t('unknown')}</Badge>
        <Badge tone="info" icon={<LoaderCircle aria-hidden="true" className="animate-spin" />}>
          {t('running')}
        </Badge>
        <Badge tone="accent">{t('new')}</Badge>
        <Badge icon={null}>{t('label')}</Badge>
        <span className="ml-2 flex gap-1">
          {people.map((name) => (
            <Avatar key={name} name={name} />
          ))}
          <Avatar name="Fleet East" shape="square" />
        </span>
      </div>
      <div className="mt-4 grid gap-3 lg:grid-cols-2">
        <Alert live={false} tone="danger" title={t('dangerTitle')} action={<Button size="sm">{t('action')}</Button>}>
          {t('dangerText')}
        </Alert>
        <Alert live={false} tone="warn" title={t('warnTitle')}>
          {t('warnText')}
        </Alert>
        <Alert live={false} tone="ok" title={t('okTitle')}>
          {t('okText')}
        </Alert>
        <Alert live={false} title={t('infoTitle')} onDismiss={() => undefined}>
          {t('infoText')}
        </Alert>
      </div>
      <div className="-mx-4 mt-4 sm:-mx-5">
        <Alert live={false} banner tone="warn">
          {t('banner')}
        </Alert>
      </div>
    </Panel>
  )
}
