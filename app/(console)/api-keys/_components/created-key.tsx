'use client'

import { useTranslations } from 'next-intl'
import type { z } from 'zod'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { ShownOnce } from '#app/(console)/_components/shown-once.tsx'
import type { createdApiKeyView } from '#lib/contracts/api-keys.ts'
import { curlLine } from './curl-line.ts'

/** The new key, for the only time, and a line that tries it. */
export function CreatedKey({ made }: { made: z.infer<typeof createdApiKeyView> }) {
  const t = useTranslations('api-keys.create')
  return (
    <ShownOnce title={t('keyTitle')} value={made.secret} warning={t('once')}>
      <CodeBlock title={t('tryTitle')} code={curlLine(window.location.origin, made)} />
      <p className="text-muted">{t.rich('expires', { time: () => <Time value={made.expiresAt} format="date" /> })}</p>
    </ShownOnce>
  )
}
