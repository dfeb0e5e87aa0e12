'use client'

import type { ReactNode } from 'react'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { MemberView } from '#lib/contracts/members.ts'

/** What every dialog about one member takes. */
export interface MemberDialogProps {
  member: MemberView
  open: boolean
  onOpenChange: (open: boolean) => void
}

interface AboutOneProps {
  dialog: SubjectDialog<MemberView>
  Dialog: (props: MemberDialogProps) => ReactNode
}

/** The dialog about the chosen member, if one was chosen. */
export function AboutOne({ dialog, Dialog }: AboutOneProps) {
  if (!dialog.subject) return null
  return <Dialog key={dialog.key} member={dialog.subject} open={dialog.isOpen} onOpenChange={dialog.setOpen} />
}
