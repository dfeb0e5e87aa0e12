import { useTranslations } from 'next-intl'
import { Panel } from '#app/_components/ui/panel.tsx'

/** What happens at a limit, and how one gets a higher one. */
export function LimitsNote() {
  const t = useTranslations('usage.note')
  const code = (chunks: React.ReactNode) => <code className="font-mono text-sm">{chunks}</code>
  return (
    <Panel title={t('title')}>
      <dl className="flex flex-col gap-4">
        <Answer term={t('reachedTitle')}>{t.rich('reached', { code })}</Answer>
        <Answer term={t('requestsTitle')}>{t.rich('requests', { code })}</Answer>
        <Answer term={t('keptTitle')}>{t('kept')}</Answer>
        <Answer term={t('raiseTitle')}>{t('raise')}</Answer>
      </dl>
    </Panel>
  )
}

function Answer({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="font-medium">{term}</dt>
      <dd className="mt-0.5 text-muted">{children}</dd>
    </div>
  )
}
