'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button, ButtonLink } from './_components/ui/button.tsx'
import { FullPageMessage } from './_components/ui/full-page-message.tsx'

interface ErrorPageProps {
  error: Error & { digest?: string }
  reset: () => void
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const t = useTranslations('common.failure')
  return (
    <FullPageMessage
      tone="danger"
      icon={<TriangleAlert aria-hidden="true" />}
      title={t('title')}
      description={t('description')}
      note={error.digest ? t('digest', { digest: error.digest }) : undefined}
      action={
        <>
          <ButtonLink href="/">{t('home')}</ButtonLink>
          <Button variant="primary" onClick={reset}>
            {t('retry')}
          </Button>
        </>
      }
    />
  )
}
