import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Panel } from '#app/_components/ui/panel.tsx'

const topics = ['auth', 'lists', 'errors', 'repeat'] as const

/** What holds for every operation. */
export function ApiBasics() {
  const t = useTranslations('api-docs.basics')
  return (
    <Panel title={t('title')}>
      <dl className="grid gap-x-8 gap-y-4 md:grid-cols-2">
        {topics.map((topic) => (
          <div key={topic} className="min-w-0">
            <dt className="font-medium">{t(topic)}</dt>
            <dd className="mt-0.5 text-muted text-sm [overflow-wrap:anywhere]">
              {t.rich(`${topic}Detail`, { code: InlineCode })}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

function InlineCode(chunks: ReactNode) {
  return <code className="rounded-sm bg-sunken px-1 py-px font-mono text-ink text-xs">{chunks}</code>
}
