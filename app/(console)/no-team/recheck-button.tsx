'use client'

import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'

/** Asks anew whether there is a team by now; the page leads there by itself. */
export function RecheckButton() {
  const t = useTranslations('no-team')
  return (
    <Button block icon={<RefreshCw aria-hidden="true" />} onClick={() => window.location.reload()}>
      {t('recheck')}
    </Button>
  )
}
