import { useTranslations } from 'next-intl'
import { CopyButton } from './copy-button.tsx'

export interface CodeBlockProps {
  code: string
  /** What it is, e.g. "Shell" or a file name. */
  title?: string
  /** Text put on the clipboard if it differs from what is shown. */
  copy?: string
}

/** Commands and documents in fixed-width letters, with a button that copies them. Long lines wrap: nothing hides aside. */
export function CodeBlock({ code, title, copy = code }: CodeBlockProps) {
  const t = useTranslations('ui')
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line bg-sunken">
      <div className="flex h-8 items-center justify-between gap-2 border-line border-b pr-0.5 pl-3">
        <figcaption className="truncate text-muted text-xs">{title ?? t('code')}</figcaption>
        <CopyButton text={copy} />
      </div>
      <pre className="whitespace-pre-wrap p-3 font-mono text-sm [overflow-wrap:anywhere]">
        <code>{code}</code>
      </pre>
    </figure>
  )
}
