import { Link2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'

const command = 'npm run audit:verify'

/** Why the log can be believed, and how to check it. */
export function ChainNote() {
  const t = useTranslations('audit.chain')
  return (
    <Panel
      title={
        <span className="inline-flex items-center gap-2 [&_svg]:size-4.5 [&_svg]:text-accent-ink">
          <Link2 aria-hidden="true" />
          {t('title')}
        </span>
      }
      description={t('description')}
    >
      <CodeBlock title={t('command')} code={command} />
    </Panel>
  )
}
