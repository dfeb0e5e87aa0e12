'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiMutation, useApiQuery } from '#app/_components/api/use-api-query.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { useFailureText } from '#app/_components/ui/failure-alert.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import { teamView } from '#lib/contracts/team.ts'

const teamAnswer = z.object({ data: teamView })

/** Over every page of a team that is being deleted: until when that can be taken back, and the button that does. */
export function TeamClosingBanner() {
  const t = useTranslations('shell.closing')
  const { name } = useTeam()
  const { data } = useApiQuery('/team', teamAnswer)
  const reopen = useApiMutation()
  const textOf = useFailureText()
  const deleteAfter = data?.data.deleteAfter

  async function keep() {
    try {
      await reopen.mutateAsync({ method: 'DELETE', path: '/team/deletion' })
      // Everything the team had is open again: the shell, its live connection and the page are drawn anew.
      window.location.reload()
    } catch (error) {
      toast.failure(t('undoFailed'), { description: textOf(error) })
    }
  }

  return (
    <Alert
      banner
      live={false}
      tone="warn"
      title={t('title', { team: name })}
      action={
        <Button size="sm" loading={reopen.isPending} onClick={keep}>
          {t('undo')}
        </Button>
      }
    >
      {deleteAfter
        ? t.rich('description', { time: () => <Time value={deleteAfter} format="absolute" /> })
        : t('descriptionShort')}
    </Alert>
  )
}
