'use client'

import { useTranslations } from 'next-intl'
import { Alert } from '#app/_components/ui/alert.tsx'

/** What to do on an installation that sends no mail: an owner hands the link over. */
export function AskOwner() {
  const t = useTranslations('auth.reset')
  return (
    <div className="flex flex-col gap-4">
      <Alert tone="info" live={false} title={t('noMailTitle')}>
        {t('noMail')}
      </Alert>
      <ol className="list-decimal space-y-1.5 pl-5 marker:text-muted">
        <li>{t('askOwnerFirst')}</li>
        <li>{t('askOwnerSecond')}</li>
        <li>{t('askOwnerThird')}</li>
      </ol>
    </div>
  )
}
