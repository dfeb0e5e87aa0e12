import { Compass } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { ButtonLink } from './_components/ui/button.tsx'
import { FullPageMessage } from './_components/ui/full-page-message.tsx'

export default async function NotFound() {
  const t = await getTranslations('common.notFound')
  return (
    <FullPageMessage
      icon={<Compass aria-hidden="true" />}
      title={t('title')}
      description={t('description')}
      action={
        <ButtonLink href="/" variant="primary">
          {t('home')}
        </ButtonLink>
      }
    />
  )
}
