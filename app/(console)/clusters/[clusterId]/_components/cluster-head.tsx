'use client'

import { Ellipsis, PlugZap } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { IconButton } from '#app/_components/ui/icon-button.tsx'
import { Menu } from '#app/_components/ui/menu.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import { StateBadge } from '#app/(console)/clusters/_components/cluster-state.tsx'
import { EditClusterDialog } from '#app/(console)/clusters/_components/dialogs/edit-cluster-dialog.tsx'
import { RemoveClusterDialog } from '#app/(console)/clusters/_components/dialogs/remove-cluster-dialog.tsx'
import { LabelList } from '#app/(console)/clusters/_components/label-list.tsx'
import { useClusterChanges } from '#app/(console)/clusters/_components/use-cluster-changes.ts'
import { useClusterEntries } from '#app/(console)/clusters/_components/use-cluster-entries.tsx'
import type { ClusterDetailView, ClusterView } from '#lib/contracts/clusters.ts'
import type { StoredLook } from './use-stored-look.ts'

export interface ClusterHeadProps {
  cluster: ClusterDetailView
  look: StoredLook
}

/** Name, state in a word, and what can be done. */
export function ClusterHead({ cluster, look }: ClusterHeadProps) {
  const t = useTranslations('clusters')
  const edit = useSubjectDialog<ClusterView>()
  const remove = useSubjectDialog<ClusterView>()
  const router = useRouter()
  return (
    <>
      <PageHeader
        title={cluster.name}
        crumbs={[{ label: t('title'), href: '/clusters' }]}
        badges={<HeadBadges cluster={cluster} />}
        description={<HeadWords cluster={cluster} />}
        actions={<HeadActions cluster={cluster} look={look} onEdit={edit.open} onRemove={remove.open} />}
      />
      <EditClusterDialog key={edit.key} cluster={cluster} open={edit.isOpen} onOpenChange={edit.setOpen} />
      <RemoveClusterDialog
        cluster={cluster}
        open={remove.isOpen}
        onOpenChange={remove.setOpen}
        onRemoved={() => router.push('/clusters')}
      />
    </>
  )
}

function HeadBadges({ cluster: { state, isPaused, isProtected } }: { cluster: ClusterView }) {
  const t = useTranslations('clusters.badges')
  return (
    <>
      <StateBadge state={state} />
      {isPaused ? <Badge icon={null}>{t('paused')}</Badge> : null}
      {isProtected ? <Badge icon={null}>{t('protected')}</Badge> : null}
    </>
  )
}

/** What it is; how it stands is told below. */
function HeadWords({ cluster: { description, labels } }: { cluster: ClusterDetailView }) {
  const hasLabels = Object.keys(labels).length > 0
  if (!(description || hasLabels)) return null
  return (
    <div className="flex flex-col gap-1.5">
      {description ? <p className="text-sm">{description}</p> : null}
      {hasLabels ? <LabelList labels={labels} /> : null}
    </div>
  )
}

interface HeadActionsProps extends ClusterHeadProps {
  onEdit: (cluster: ClusterView) => void
  onRemove: (cluster: ClusterView) => void
}

function HeadActions({ cluster, look, onEdit, onRemove }: HeadActionsProps) {
  const t = useTranslations('clusters.actions')
  const ui = useTranslations('ui.table')
  const { can } = usePermissions()
  const changes = useClusterChanges()
  const entriesOf = useClusterEntries({ changes, onLook: look.start, onEdit, onRemove, isOnItsPage: true })
  if (!can('clusters:write')) return null
  return (
    <>
      <Menu
        trigger={
          <IconButton
            variant="secondary"
            label={ui('actionsOf', { name: cluster.name })}
            icon={<Ellipsis aria-hidden="true" />}
          />
        }
        entries={entriesOf(cluster)}
      />
      <Button icon={<PlugZap aria-hidden="true" />} loading={look.isRunning} onClick={() => void look.start()}>
        {t('look')}
      </Button>
    </>
  )
}
