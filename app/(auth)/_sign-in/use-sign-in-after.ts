'use client'

import { adoptProfileLocale } from './profile-locale.ts'
import { usePasswordSignIn } from './use-password-sign-in.ts'

/**
 * Signs in with a password that was just set, and leaves for `path`. Should that one step fail, what came before still
 * stands: the person is asked to sign in by hand, and told so.
 */
export function useSignInAfter(): (credentials: { email: string; password: string }, path: string) => Promise<void> {
  const signIn = usePasswordSignIn()
  return async (credentials, path) => {
    const isSignedIn = await signIn(credentials).then(
      () => true,
      () => false,
    )
    if (!isSignedIn) return window.location.assign(`/sign-in?${new URLSearchParams({ notice: 'ready', from: path })}`)
    await adoptProfileLocale()
    window.location.assign(path)
  }
}
