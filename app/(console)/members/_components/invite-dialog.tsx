'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useId, useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { RadioField, TextField } from '#app/_components/ui/form-fields.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import { ShownOnce } from '#app/(console)/_components/shown-once.tsx'
import { useOpening } from '#app/(console)/_components/use-opening.ts'
import { useRoleOptions } from '#app/(console)/_components/use-role-options.ts'
import { createdInvitationView, inviteBody } from '#lib/contracts/invitations.ts'

type CreatedInvitation = z.infer<typeof createdInvitationView>

const madeInvitation = z.object({ data: createdInvitationView })
const aboutAddress = { 'already-member': { path: 'email' }, 'already-invited': { path: 'email' } }

export interface InviteDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  hasMail: boolean
}

/** Asks for address and role, then shows the link of the invitation once. */
export function InviteDialog(props: InviteDialogProps) {
  return <InviteSteps key={useOpening(props.open)} {...props} />
}

function InviteSteps({ open, onOpenChange, hasMail }: InviteDialogProps) {
  const t = useTranslations('members.invite')
  const roleNames = useTranslations('shell.roles')
  const { name: team } = useTeam()
  const formId = useId()
  const [made, setMade] = useState<CreatedInvitation>()
  const form = useInvitationForm(setMade)
  const roleOptions = useRoleOptions()
  const [round, setRound] = useState(1)
  const again = () => {
    form.hook.reset()
    setMade(undefined)
    setRound(round + 1)
  }
  const { setFocus } = form.hook
  useEffect(() => {
    if (round > 1) setFocus('email')
  }, [round, setFocus])
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      title={made ? t('doneTitle', { email: made.email }) : t('title', { team })}
      description={made ? t('doneDescription', { role: roleNames(made.role) }) : t('description')}
      footer={made ? <DoneButtons onAgain={again} /> : <AskButtons form={form} formId={formId} />}
    >
      {made ? (
        <MadeInvitation made={made} hasMail={hasMail} />
      ) : (
        <Form form={form} id={formId}>
          <TextField
            form={form}
            name="email"
            label={t('email')}
            description={t('emailHint')}
            type="email"
            autoComplete="off"
          />
          <RadioField form={form} name="role" label={t('role')} look="cards" options={roleOptions} />
        </Form>
      )}
    </Dialog>
  )
}

function useInvitationForm(onMade: (made: CreatedInvitation) => void) {
  const request = useApi()
  const refresh = useRefresh()
  return useApiForm({
    schema: inviteBody,
    defaultValues: { email: '', role: 'viewer' },
    submit: (body, idempotencyKey) =>
      placeProblem(aboutAddress, () =>
        request('POST', '/invitations', { body, schema: madeInvitation, idempotencyKey }),
      ),
    onSuccess: async ({ data }) => {
      onMade(data)
      await refresh('/invitations', '/usage')
    },
  })
}

function AskButtons({ form, formId }: { form: ReturnType<typeof useInvitationForm>; formId: string }) {
  const t = useTranslations('members.invite')
  const ui = useTranslations('ui')
  return (
    <>
      <DialogClose>
        <Button>{ui('cancel')}</Button>
      </DialogClose>
      <SubmitButton form={form} formId={formId}>
        {t('submit')}
      </SubmitButton>
    </>
  )
}

function DoneButtons({ onAgain }: { onAgain: () => void }) {
  const t = useTranslations('members.invite')
  return (
    <>
      <Button onClick={onAgain}>{t('again')}</Button>
      <DialogClose>
        <Button variant="primary">{t('finish')}</Button>
      </DialogClose>
    </>
  )
}

function MadeInvitation({ made, hasMail }: { made: CreatedInvitation; hasMail: boolean }) {
  const t = useTranslations('members.invite')
  return (
    <ShownOnce
      title={t('linkTitle')}
      value={made.link}
      warning={hasMail ? t('onceWithMail') : t('onceWithoutMail', { email: made.email })}
    >
      <ul className="list-disc pl-5 text-muted">
        {hasMail ? <li>{t('mailed', { email: made.email })}</li> : null}
        <li>{t.rich('expires', { time: () => <Time value={made.expiresAt} format="absolute" /> })}</li>
      </ul>
    </ShownOnce>
  )
}
