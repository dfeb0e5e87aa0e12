'use client'

import { LogOut, Monitor, Smartphone } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { z } from 'zod'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import type { Column } from '#app/_components/table/column.ts'
import { DataTable } from '#app/_components/table/data-table.tsx'
import { useTableState } from '#app/_components/table/table-state.ts'
import { useTablePage } from '#app/_components/table/use-table-page.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { SessionView } from '#lib/contracts/me.ts'
import { revokedSessionsView, sessionView } from '#lib/contracts/me.ts'
import { readUserAgent } from './read-user-agent.ts'

const path = '/me/sessions'
const revokedAnswer = z.object({ data: revokedSessionsView })

export interface SessionsPanelProps {
  initialPage: { data: SessionView[]; nextCursor: string | null }
}

/** Where the person is signed in, and the ways to end it. */
export function SessionsPanel({ initialPage }: SessionsPanelProps) {
  const t = useTranslations('account.sessions')
  const describe = useDeviceText()
  const textOf = useFailureText()
  const columns = useColumns()
  const state = useTableState()
  const page = useTablePage({ path, row: sessionView, state, initialPage })
  const revoke = useApiMutation({ schema: revokedAnswer, invalidates: [path] })

  async function end(session: SessionView) {
    try {
      await revoke.mutateAsync({ method: 'DELETE', path: `${path}/${session.id}` })
      toast.ok(t('ended', { device: describe(session) }))
    } catch (error) {
      toast.failure(t('endFailed'), { description: textOf(error) })
    }
  }

  return (
    <section className="flex flex-col gap-3" aria-labelledby="sessions-title">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="max-w-prose">
          <h2 id="sessions-title" className="font-semibold text-lg">
            {t('title')}
          </h2>
          <p className="mt-0.5 text-muted text-sm">{t('description')}</p>
        </div>
        {page.rows.length > 1 ? <EndOthersButton /> : null}
      </div>
      <DataTable
        label={t('title')}
        columns={columns}
        idOf={({ id }) => id}
        page={page}
        state={state}
        empty={null}
        actions={{
          nameOf: describe,
          entriesOf: (session) =>
            session.isCurrent
              ? []
              : [{ id: 'end', label: t('end'), icon: <LogOut aria-hidden="true" />, onSelect: () => end(session) }],
        }}
      />
    </section>
  )
}

function EndOthersButton() {
  const t = useTranslations('account.sessions')
  const [isOpen, setOpen] = useState(false)
  const revoke = useApiMutation({ schema: revokedAnswer, invalidates: [path] })
  return (
    <>
      <Button icon={<LogOut aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t('endOthers')}
      </Button>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title={t('endOthersTitle')}
        description={t('endOthersDescription')}
        confirmLabel={t('endOthers')}
        tone="primary"
        onConfirm={async () => {
          const { data } = await revoke.mutateAsync({ method: 'DELETE', path })
          toast.ok(t('othersEnded', { count: data.revoked }))
        }}
      />
    </>
  )
}

function useDeviceText(): (session: SessionView) => string {
  const t = useTranslations('account.sessions')
  return ({ userAgent }) => {
    const { browser, system } = readUserAgent(userAgent)
    if (browser !== '' && system !== '') return t('device', { browser, system })
    return browser || system || t('deviceUnknown')
  }
}

function useColumns(): Column<SessionView>[] {
  const t = useTranslations('account.sessions')
  const describe = useDeviceText()
  return useMemo(
    () => [
      {
        id: 'device',
        header: t('columns.device'),
        isTitle: true,
        cell: (session) => (
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <DeviceIcon session={session} />
            {describe(session)}
            {session.isCurrent ? (
              <Badge tone="accent" icon={null}>
                {t('current')}
              </Badge>
            ) : null}
          </span>
        ),
      },
      { id: 'method', header: t('columns.method'), cell: ({ method }) => t(`methods.${method}`), hideBelow: 'lg' },
      { id: 'ip', header: t('columns.ip'), cell: ({ ip }) => <span className="font-mono text-sm">{ip}</span> },
      { id: 'seen', header: t('columns.seen'), cell: ({ seenAt }) => <Time value={seenAt} /> },
      { id: 'created', header: t('columns.created'), cell: ({ createdAt }) => <Time value={createdAt} /> },
    ],
    [t, describe],
  )
}

function DeviceIcon({ session }: { session: SessionView }) {
  const Icon = readUserAgent(session.userAgent).isHandheld ? Smartphone : Monitor
  return <Icon aria-hidden="true" className="size-4 shrink-0 text-faint" />
}
