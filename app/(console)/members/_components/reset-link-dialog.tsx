'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { ShownOnce } from '#app/(console)/_components/shown-once.tsx'
import { resetLinkView } from '#lib/contracts/members.ts'
import type { MemberDialogProps } from './member-dialog.tsx'

type ResetLink = z.infer<typeof resetLinkView>

const madeLink = z.object({ data: resetLinkView })

/** An owner's way to help somebody who forgot the password where no mail is sent. */
export function ResetLinkDialog({ member, open, onOpenChange }: MemberDialogProps) {
  const t = useTranslations('members.reset')
  const ui = useTranslations('ui')
  const [link, setLink] = useState<ResetLink>()
  const make = useApiMutation({ schema: madeLink })

  const makeLink = () =>
    make.mutate(
      { method: 'POST', path: `/members/${member.userId}/reset-link` },
      { onSuccess: ({ data }) => setLink(data) },
    )

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      title={t('title', { name: member.name })}
      description={link ? undefined : t('description')}
      footer={
        link ? (
          <DialogClose>
            <Button variant="primary">{t('close')}</Button>
          </DialogClose>
        ) : (
          <>
            <DialogClose>
              <Button>{ui('cancel')}</Button>
            </DialogClose>
            <Button variant="primary" loading={make.isPending} onClick={makeLink}>
              {t('submit')}
            </Button>
          </>
        )
      }
    >
      {link ? <MadeLink link={link} name={member.name} /> : <Explanation error={make.error} />}
    </Dialog>
  )
}

function Explanation({ error }: { error: unknown }) {
  const t = useTranslations('members.reset')
  return (
    <div className="flex flex-col gap-3">
      <FailureAlert error={error} />
      <ul className="list-disc pl-5 text-muted">
        <li>{t('once')}</li>
        <li>{t('earlier')}</li>
        <li>{t('onlyHere')}</li>
        <li>{t('recorded')}</li>
      </ul>
    </div>
  )
}

function MadeLink({ link, name }: { link: ResetLink; name: string }) {
  const t = useTranslations('members.reset')
  return (
    <ShownOnce title={t('linkTitle')} value={link.link} warning={t('warning', { name })}>
      <p className="text-muted">
        {t.rich('expires', { time: () => <Time value={link.expiresAt} format="absolute" /> })}
      </p>
    </ShownOnce>
  )
}
