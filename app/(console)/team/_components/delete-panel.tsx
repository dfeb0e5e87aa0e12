'use client'

import { Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import { useRedraw } from '#app/(console)/_components/live/use-redraw.ts'
import type { TeamView as Team } from '#lib/contracts/team.ts'
import type { TeamHoldings } from '#lib/services/team/count-holdings.ts'

export interface DeletePanelProps {
  team: Team
  holdings: TeamHoldings
  graceHours: number
}

const kindsThatChangeCounts = ['member.*', 'invitation.*', 'api-key.*', 'cluster.*']

/** The way out: exactly what is lost, the name typed, a fresh sign-in, and time to think again. */
export function DeletePanel({ team, holdings, graceHours }: DeletePanelProps) {
  const t = useTranslations('team.delete')
  const [isOpen, setIsOpen] = useState(false)
  const close = useApiMutation()
  const losses = useLosses(holdings)
  useLive(kindsThatChangeCounts, useRedraw())
  return (
    <Panel
      tone="danger"
      title={t('title')}
      description={t('description', { hours: graceHours })}
      footer={
        <Button variant="danger" icon={<Trash2 aria-hidden="true" />} onClick={() => setIsOpen(true)}>
          {t('open')}
        </Button>
      }
    >
      <h3 className="font-medium">{t('lossesTitle')}</h3>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {losses.map((loss) => (
          <li key={loss}>{loss}</li>
        ))}
      </ul>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title={t('confirmTitle', { name: team.name })}
        description={t('confirmDescription', { hours: graceHours })}
        losses={losses}
        typedName={team.name}
        confirmLabel={t('submit')}
        onConfirm={async (confirmName) => {
          await close.mutateAsync({ method: 'POST', path: '/team/deletion', body: { confirmName } })
          // Almost everything is closed now: the shell and its live connection are drawn anew.
          window.location.reload()
        }}
      />
    </Panel>
  )
}

function useLosses({ clusters, members, apiKeys, invitations, auditEvents }: TeamHoldings): string[] {
  const t = useTranslations('team.delete.losses')
  return [
    t('clusters', { count: clusters }),
    t('members', { count: members }),
    t('apiKeys', { count: apiKeys }),
    t('invitations', { count: invitations }),
    t('auditEvents', { count: auditEvents }),
  ]
}
