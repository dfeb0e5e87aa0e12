'use client'

import { Ellipsis, ExternalLink, Plus, RefreshCw, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { IconButton } from '#app/_components/ui/icon-button.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'

export function ButtonsSection() {
  const t = useTranslations('gallery.buttons')
  return (
    <Panel>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" icon={<Plus aria-hidden="true" />}>
          {t('primary')}
        </Button>
        <Button>{t('secondary')}</Button>
        <Button variant="ghost">{t('ghost')}</Button>
        <Button variant="danger" icon={<Trash2 aria-hidden="true" />}>
          {t('danger')}
        </Button>
        <Button variant="primary" loading>
          {t('loading')}
        </Button>
        <Button disabled>{t('disabled')}</Button>
        <ButtonLink href="/gallery" trailingIcon={<ExternalLink aria-hidden="true" />}>
          {t('link')}
        </ButtonLink>
        <IconButton label={t('refresh')} icon={<RefreshCw aria-hidden="true" />} />
        <IconButton label={t('delete')} icon={<Trash2 aria-hidden="true" />} variant="secondary" />
        <IconButton label={t('more')} icon={<Ellipsis aria-hidden="true" />} loading />
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button size="sm">{t('small')}</Button>
        <Button size="sm" variant="primary">
          {t('small')}
        </Button>
        <Button size="lg">{t('large')}</Button>
        <Button size="lg" variant="primary">
          {t('large')}
        </Button>
      </div>
    </Panel>
  )
}
