'use client'

import { CirclePause, CirclePlay, ExternalLink, Pencil, PlugZap, ShieldCheck, ShieldOff, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { MenuEntry } from '#app/_components/ui/menu.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { ClusterView } from '#lib/contracts/clusters.ts'
import type { ClusterChanges } from './use-cluster-changes.ts'

export interface ClusterEntriesOptions {
  changes: ClusterChanges
  onLook: (cluster: ClusterView) => void
  onEdit: (cluster: ClusterView) => void
  onRemove: (cluster: ClusterView) => void
  /** Leaves out what only makes sense in a list. */
  isOnItsPage?: boolean
}

/** What the visitor may do about a cluster; what forgets it stands apart. */
export function useClusterEntries(options: ClusterEntriesOptions): (cluster: ClusterView) => MenuEntry[] {
  const { changes, onLook, onEdit, onRemove, isOnItsPage = false } = options
  const t = useTranslations('clusters.actions')
  const { can } = usePermissions()
  const open = (cluster: ClusterView): MenuEntry => ({
    id: 'open',
    label: t('open'),
    icon: <ExternalLink aria-hidden="true" />,
    href: `/clusters/${cluster.id}`,
  })
  return (cluster) => {
    if (!can('clusters:write')) return isOnItsPage ? [] : [open(cluster)]
    const entry = (id: EntryId, onSelect: () => void) => ({ id, label: t(id), icon: icons[id], onSelect })
    return [
      ...(isOnItsPage ? [] : [open(cluster), entry('look', () => onLook(cluster))]),
      entry('edit', () => onEdit(cluster)),
      entry(cluster.isPaused ? 'resume' : 'pause', () => changes.setPaused(cluster, !cluster.isPaused)),
      entry(cluster.isProtected ? 'unprotect' : 'protect', () => changes.setProtected(cluster, !cluster.isProtected)),
      { id: 'line', separator: true },
      { ...entry('remove', () => onRemove(cluster)), ...removal(cluster, t('removeProtected')) },
    ]
  }
}

/** What is protected is not forgotten; it stays in sight and says why. */
function removal({ isProtected }: ClusterView, why: string) {
  return { tone: 'danger' as const, disabled: isProtected, ...(isProtected ? { description: why } : {}) }
}

type EntryId = 'look' | 'edit' | 'pause' | 'resume' | 'protect' | 'unprotect' | 'remove'

const icons: Record<EntryId, ReactNode> = {
  look: <PlugZap aria-hidden="true" />,
  edit: <Pencil aria-hidden="true" />,
  pause: <CirclePause aria-hidden="true" />,
  resume: <CirclePlay aria-hidden="true" />,
  protect: <ShieldCheck aria-hidden="true" />,
  unprotect: <ShieldOff aria-hidden="true" />,
  remove: <Trash2 aria-hidden="true" />,
}
