import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_components/ui/alert.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { findVisitor } from '#lib/api/page.ts'
import { config } from '#lib/config.ts'
import { AuthPage } from '../_components/auth-page.tsx'
import { homePath } from '../_sign-in/return-path.ts'
import { SignUpForm } from './sign-up-form.tsx'

export const generateMetadata = pageTitle('auth.signUp.title')

export default async function SignUpPage() {
  if (await findVisitor(await headers())) return redirect(homePath)
  const t = await getTranslations('auth')
  const { oidc, signUpEnabled } = config()
  if (!signUpEnabled) {
    return (
      <AuthPage title={t('signUp.closedTitle')}>
        <Alert tone="info" live={false}>
          {t('signUp.closed')}
        </Alert>
        <ButtonLink href="/sign-in" size="lg" block>
          {t('toSignIn')}
        </ButtonLink>
      </AuthPage>
    )
  }
  return (
    <AuthPage
      title={t('signUp.title')}
      description={t('signUp.description')}
      footer={t.rich('signUp.haveAccount', { link: (text) => <TextLink href="/sign-in">{text}</TextLink> })}
    >
      <SignUpForm {...(oidc ? { oidcName: oidc.name } : {})} />
    </AuthPage>
  )
}
