import { Compass } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { PageMessage } from './_components/page-message.tsx'
import { pageTitle } from './_visit/page-title.ts'

export const generateMetadata = pageTitle('common.notFound.title')

/** What a page asked for is not there (or another team's): said inside the frame. */
export default function ConsoleNotFound() {
  const t = useTranslations('common.notFound')
  return (
    <PageMessage
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
