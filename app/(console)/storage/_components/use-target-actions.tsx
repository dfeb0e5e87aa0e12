'use client'

import { Pencil, Radar, Star, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import type { MenuEntry } from '#app/_components/ui/menu.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { targetView } from '#lib/contracts/storage-targets.ts'
import { EditTargetDialog } from './edit-target-dialog.tsx'
import { DefaultTargetDialog, RemoveTargetDialog } from './target-dialogs.tsx'

const answer = z.object({ data: targetView })

export interface TargetActions {
  edit: (target: TargetView) => void
  probe: (target: TargetView) => void
  isProbing: (target: TargetView) => boolean
  /** All that can be done with a place, as the menu of its row shows it. */
  entriesOf: (target: TargetView) => MenuEntry[]
  /** Draw it once beside what offers the actions. */
  dialogs: ReactNode
}

/** What somebody who may change storage can do with a place. */
export function useTargetActions(): TargetActions {
  const t = useTranslations('storage.actions')
  const editing = useSubjectDialog<TargetView>()
  const making = useSubjectDialog<TargetView>()
  const removing = useSubjectDialog<TargetView>()
  const { probe, isProbing } = useProbe()
  return {
    edit: editing.open,
    probe,
    isProbing,
    entriesOf: (target) => [
      { id: 'edit', label: t('edit'), icon: <Pencil aria-hidden="true" />, onSelect: () => editing.open(target) },
      { id: 'probe', label: t('probe'), icon: <Radar aria-hidden="true" />, onSelect: () => probe(target) },
      {
        id: 'default',
        label: t('makeDefault'),
        icon: <Star aria-hidden="true" />,
        onSelect: () => making.open(target),
        ...(target.isDefault ? { disabled: true, description: t('isDefault') } : {}),
      },
      {
        id: 'remove',
        label: t('remove'),
        icon: <Trash2 aria-hidden="true" />,
        tone: 'danger',
        onSelect: () => removing.open(target),
        ...(target.backups > 0 ? { disabled: true, description: t('inUse', { count: target.backups }) } : {}),
      },
    ],
    dialogs: (
      <>
        <EditTargetDialog dialog={editing} />
        <DefaultTargetDialog dialog={making} />
        <RemoveTargetDialog dialog={removing} />
      </>
    ),
  }
}

function useProbe() {
  const t = useTranslations('storage.actions')
  const textOf = useFailureText()
  const run = useApiMutation({ schema: answer, invalidates: ['/storage-targets'] })
  return {
    isProbing: ({ id }: TargetView) => run.isPending && run.variables.path === pathOf(id),
    probe: ({ id, name }: TargetView) =>
      run.mutate(
        { method: 'POST', path: pathOf(id) },
        {
          onSuccess: ({ data }) => {
            if (data.problem === null) toast.ok(t('probeDone', { name }))
            else toast.failure(t('probeFailed', { name }))
          },
          onError: (error) => toast.failure(t('failed'), { description: textOf(error) }),
        },
      ),
  }
}

function pathOf(targetId: string): string {
  return `/storage-targets/${targetId}/probe`
}
