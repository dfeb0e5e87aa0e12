import { Server } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { checkCommands, importCommand, listCommand, readerCommands, rootCommands } from './etcd-commands.ts'
import { ImportMenu } from './import-menu.tsx'

/** In place of the list while it is empty: what happens to a cluster here, and how to get one ready. */
export function FirstCluster({ publicUrl }: { publicUrl: string }) {
  const t = useTranslations('clusters.empty')
  const { whyNot } = usePermissions()
  const reason = whyNot('clusters:write')
  return (
    <div className="flex flex-col gap-4">
      <Panel flush>
        <EmptyState
          icon={<Server aria-hidden="true" />}
          title={t('title')}
          description={reason ? t('readOnly', { reason }) : t('description')}
          action={<ImportMenu />}
          steps={[
            { title: t('steps.connectTitle'), description: t('steps.connect') },
            { title: t('steps.watchTitle'), description: t('steps.watch') },
            { title: t('steps.keepTitle'), description: t('steps.keep') },
          ]}
        />
      </Panel>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <AtHand />
          <ByRest publicUrl={publicUrl} />
        </div>
        <Commands />
      </div>
    </div>
  )
}

const things = ['endpoints', 'tls', 'reader', 'root'] as const

function AtHand() {
  const t = useTranslations('clusters.ready')
  return (
    <Panel title={t('title')} description={t('description')}>
      <DescriptionList items={things.map((id) => ({ id, term: t(id), detail: t(`${id}Detail`) }))} />
    </Panel>
  )
}

function Commands() {
  const t = useTranslations('clusters.commands')
  return (
    <Panel title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-3">
        <CodeBlock title={t('reader')} code={readerCommands} />
        <CodeBlock title={t('root')} code={rootCommands} />
        <CodeBlock title={t('check')} code={checkCommands} />
        <p className="text-muted text-sm">{t('passwords')}</p>
      </div>
    </Panel>
  )
}

function ByRest({ publicUrl }: { publicUrl: string }) {
  const t = useTranslations('clusters.rest')
  const { can } = usePermissions()
  return (
    <Panel title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-3">
        <CodeBlock title={t('import')} code={importCommand(publicUrl)} />
        <CodeBlock title={t('list')} code={listCommand(publicUrl)} />
        <p className="flex flex-wrap gap-x-5 gap-y-1">
          <TextLink href="/api-docs">{t('docs')}</TextLink>
          {can('api-keys:write') ? <TextLink href="/api-keys?new=true">{t('key')}</TextLink> : null}
        </p>
      </div>
    </Panel>
  )
}
