import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { findVisitor } from '#lib/api/page.ts'
import { config } from '#lib/config.ts'
import { AuthPage } from '../_components/auth-page.tsx'
import { returnPath } from '../_sign-in/return-path.ts'
import { SignInErrorAlert } from '../_sign-in/sign-in-error-alert.tsx'
import { SignInForm } from '../_sign-in/sign-in-form.tsx'

export const generateMetadata = pageTitle('auth.signIn.title')

interface SignInPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { from, error, notice } = await searchParams
  const returnTo = returnPath(from)
  if (await findVisitor(await headers())) {
    // Whoever is signed in and meets an error here came back from connecting the provider to their account.
    return redirect(typeof error === 'string' ? `/account?${new URLSearchParams({ error })}` : returnTo)
  }
  const t = await getTranslations('auth')
  const { oidc, signUpEnabled } = config()
  return (
    <AuthPage
      title={t('signIn.title')}
      description={from === undefined ? t('signIn.description') : t('signIn.toGoOn')}
      footer={
        signUpEnabled
          ? t.rich('signIn.noAccount', { link: (text) => <TextLink href="/sign-up">{text}</TextLink> })
          : t('signIn.inviteOnly')
      }
    >
      <SignInErrorAlert error={error} notice={notice} />
      <SignInForm returnTo={returnTo} {...(oidc ? { oidcName: oidc.name } : {})} />
    </AuthPage>
  )
}
