'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { RadioField } from '#app/_components/ui/form-fields.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { useMe } from '#app/(console)/_components/me-provider.tsx'
import { useRoleOptions } from '#app/(console)/_components/use-role-options.ts'
import { changeRoleBody, memberView } from '#lib/contracts/members.ts'
import type { MemberDialogProps } from './member-dialog.tsx'

const changedMember = z.object({ data: memberView })

/** Gives a member another role; offers only what the visitor may hand out. */
export function ChangeRoleDialog({ member, open, onOpenChange }: MemberDialogProps) {
  const t = useTranslations('members.changeRole')
  const ui = useTranslations('ui')
  const roleNames = useTranslations('shell.roles')
  const formId = useId()
  const request = useApi()
  const refresh = useRefresh()
  const router = useRouter()
  const isMe = useMe().id === member.userId
  const form = useApiForm({
    schema: changeRoleBody,
    defaultValues: { role: member.role },
    submit: (body) => request('PATCH', `/members/${member.userId}`, { body, schema: changedMember }),
    onSuccess: async ({ data }) => {
      onOpenChange(false)
      toast.ok(t('done', { name: data.name, role: roleNames(data.role) }))
      if (isMe) router.refresh()
      await refresh('/members')
    },
  })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      title={t('title', { name: member.name })}
      description={t('description')}
      footer={
        <>
          <DialogClose>
            <Button>{ui('cancel')}</Button>
          </DialogClose>
          <SubmitButton form={form} formId={formId} disabled={!form.hook.formState.isDirty}>
            {t('submit')}
          </SubmitButton>
        </>
      }
    >
      <Form form={form} id={formId}>
        {isMe ? <Alert tone="warn">{t('own')}</Alert> : null}
        <RadioField form={form} name="role" label={t('role')} look="cards" options={useRoleOptions()} />
      </Form>
    </Dialog>
  )
}
