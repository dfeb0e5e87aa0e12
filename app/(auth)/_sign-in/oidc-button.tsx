'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { leaveForProvider } from './auth-client.ts'

export interface OidcButtonProps {
  /** The provider as people know it. */
  name: string
  returnTo: string
  /** Default: "Continue with …". */
  label?: string
  /** Default: as wide and tall as the forms before sign-in. */
  size?: 'md' | 'lg'
}

/** Signs in at the configured identity provider. */
export function OidcButton({ name, returnTo, label, size = 'lg' }: OidcButtonProps) {
  const t = useTranslations('auth')
  const [isLeaving, setLeaving] = useState(false)
  const [failure, setFailure] = useState<unknown>()

  async function leave() {
    setFailure(undefined)
    setLeaving(true)
    try {
      await leaveForProvider(returnTo)
    } catch (error) {
      setFailure(error)
      setLeaving(false)
    }
  }

  return (
    <div className="flex flex-col gap-3">
      <FailureAlert error={failure} />
      <Button
        size={size}
        block={size === 'lg'}
        loading={isLeaving}
        icon={<KeyRound aria-hidden="true" />}
        onClick={leave}
      >
        {label ?? t('continueWith', { name })}
      </Button>
    </div>
  )
}
