'use client'

import { useTranslations } from 'next-intl'
import type { z } from 'zod'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import type { certificateView } from '#lib/contracts/backup-catalogue.ts'
import { verifyCommands } from './verify-commands.ts'

/** What openssl says of a signature that holds, in every language. */
const verified = 'Signature Verified Successfully'

interface HowToVerifyProps {
  stored: z.infer<typeof certificateView>
  fileName: string
}

/** The way to check the document with nothing of ours. */
export function HowToVerify({ stored, fileName }: HowToVerifyProps) {
  const t = useTranslations('drills.certificate')
  return (
    <div className="flex flex-col gap-3">
      <p className="max-w-prose">{t('verifyText')}</p>
      <CodeBlock title={t('publicKey')} code={stored.publicKey.trim()} copy={stored.publicKey} />
      <CodeBlock title={t('verifyCommands')} code={verifyCommands(fileName)} />
      <p className="max-w-prose text-muted text-sm">
        {t.rich('verifyExpect', { said: () => <code className="font-mono">{verified}</code> })}
      </p>
    </div>
  )
}
