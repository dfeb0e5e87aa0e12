'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { needsOf } from './command-needs.ts'

interface ShellLineProps {
  command: string
  /** What it does; default that it shows the same in a shell. */
  title?: string
}

/** A line to copy, and what it takes to run it: files to save first, a password that will be asked for. */
export function ShellLine({ command, title }: ShellLineProps) {
  const t = useTranslations('clusters.look')
  const format = useFormatter()
  const { files, asksPassword } = needsOf(command)
  const named = files.map(({ kind, file }) => t(`files.${kind}`, { file }))
  return (
    <div className="flex flex-col gap-1">
      <CodeBlock title={title ?? t('command')} code={command} />
      {files.length > 0 || asksPassword ? (
        <p className="text-muted text-xs">
          {files.length > 0 ? t('saveFirst', { files: format.list(named) }) : ''}
          {asksPassword ? ` ${t('asksPassword')}` : ''}
        </p>
      ) : null}
    </div>
  )
}
