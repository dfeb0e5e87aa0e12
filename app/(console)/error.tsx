'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import { PageMessage } from './_components/page-message.tsx'

interface ErrorPageProps {
  error: Error & { digest?: string }
  reset: () => void
}

/** A page that failed, inside the frame that did not. */
export default function ConsoleErrorPage({ error, reset }: ErrorPageProps) {
  const t = useTranslations('common.failure')
  return (
    <div role="alert">
      <PageMessage
        icon={<TriangleAlert aria-hidden="true" />}
        title={t('title')}
        description={
          <>
            <p>{t('description')}</p>
            {error.digest ? <p className="mt-2 font-mono text-sm">{t('digest', { digest: error.digest })}</p> : null}
          </>
        }
        action={
          <Button variant="primary" onClick={reset}>
            {t('retry')}
          </Button>
        }
      />
    </div>
  )
}
