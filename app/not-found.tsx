import { Compass } from 'lucide-react'
import { headers } from 'next/headers'
import { getTranslations } from 'next-intl/server'
import { findVisitor } from '#lib/api/page.ts'
import { ButtonLink } from './_components/ui/button.tsx'
import { FullPageMessage } from './_components/ui/full-page-message.tsx'
import { ConsoleFrame } from './(console)/_components/console-frame.tsx'
import { pageTitle } from './(console)/_visit/page-title.ts'
import ConsoleNotFound from './(console)/not-found.tsx'

export const generateMetadata = pageTitle('common.notFound.title')

/** For addresses that no page has: inside the console for whoever is signed in. */
export default async function NotFound() {
  const self = await findVisitor(await headers())
  if (self) {
    return (
      <ConsoleFrame self={self}>
        <ConsoleNotFound />
      </ConsoleFrame>
    )
  }
  const t = await getTranslations()
  return (
    <FullPageMessage
      icon={<Compass aria-hidden="true" />}
      title={t('common.notFound.title')}
      description={t('common.notFound.description')}
      action={
        <ButtonLink href="/sign-in" variant="primary">
          {t('auth.toSignIn')}
        </ButtonLink>
      }
    />
  )
}
