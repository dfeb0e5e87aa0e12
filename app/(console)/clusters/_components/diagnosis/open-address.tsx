'use client'

import { useTranslations } from 'next-intl'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import type { StageResult } from '#lib/contracts/diagnosis.ts'

const option = '--allow '

/** The line that lets this very team reach an address of the server's own machine; nothing where no such line would. */
export function OpenAddress({ evidence: { grant } }: Pick<StageResult, 'evidence'>) {
  const t = useTranslations('clusters.look')
  const { id } = useTeam()
  if (typeof grant !== 'string' || !grant.startsWith(option)) return null
  return <CodeBlock title={t('openAddress')} code={`npm run net:allow -- ${grant.slice(option.length)} --team ${id}`} />
}
