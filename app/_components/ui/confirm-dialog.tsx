'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode, SyntheticEvent } from 'react'
import { useId, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog, DialogClose } from './dialog.tsx'
import { FailureAlert } from './failure-alert.tsx'
import { Field } from './field.tsx'
import { Input } from './input.tsx'

export interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  /** Everything that is gone afterwards, one line each. */
  losses?: readonly string[]
  /** Name that has to be typed before the button works. */
  typedName?: string
  /** The verb of the button: "Delete team", never "OK". */
  confirmLabel: string
  /** The way back, where "Cancel" would be taken for the thing itself. */
  backLabel?: string
  /** Default `danger`. */
  tone?: 'danger' | 'primary'
  /** Does it; what it throws is shown inside and the dialog stays open. */
  onConfirm: (typedName: string) => Promise<void> | void
  /** Further fields between the list and the typed name. */
  children?: ReactNode
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, description, confirmLabel, backLabel, tone = 'danger' } = props
  const t = useTranslations('ui')
  const formId = useId()
  const [isBusy, setIsBusy] = useState(false)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      modalOnly
      footer={
        <>
          <DialogClose>
            <Button>{backLabel ?? t('cancel')}</Button>
          </DialogClose>
          <Button type="submit" form={formId} variant={tone} loading={isBusy}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <ConfirmForm {...props} formId={formId} onBusyChange={setIsBusy} />
    </Dialog>
  )
}

interface ConfirmFormProps extends ConfirmDialogProps {
  formId: string
  onBusyChange: (isBusy: boolean) => void
}

/** Mounted with each opening, so nothing typed before survives. */
function ConfirmForm(props: ConfirmFormProps) {
  const { losses = [], typedName, onConfirm, onOpenChange, children, formId, onBusyChange } = props
  const t = useTranslations('ui.confirmDialog')
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<ReactNode>()
  const [failure, setFailure] = useState<unknown>()

  async function confirm(event: SyntheticEvent) {
    event.preventDefault()
    event.stopPropagation()
    if (typedName !== undefined && typed.trim() !== typedName) {
      setError(t('mismatch', { name: typedName }))
      return
    }
    onBusyChange(true)
    setFailure(undefined)
    try {
      await onConfirm(typed.trim())
      onOpenChange(false)
    } catch (thrown) {
      setFailure(thrown)
    } finally {
      onBusyChange(false)
    }
  }

  return (
    <form id={formId} noValidate onSubmit={confirm} className="flex flex-col gap-4 empty:hidden">
      <FailureAlert error={failure} />
      {losses.length > 0 ? <Losses title={t('lossesTitle')} losses={losses} /> : null}
      {children}
      {typedName === undefined ? null : (
        <Field
          label={t.rich('typeName', {
            name: () => <strong className="font-mono [overflow-wrap:anywhere]">{typedName}</strong>,
          })}
          error={error}
        >
          <Input
            value={typed}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => {
              setTyped(event.target.value)
              setError(undefined)
            }}
          />
        </Field>
      )}
    </form>
  )
}

function Losses({ title, losses }: { title: string; losses: readonly string[] }) {
  return (
    <div className="rounded-lg border border-danger-line bg-danger-soft px-3 py-2.5">
      <p className="font-semibold text-danger">{title}</p>
      <ul className="mt-1 list-disc pl-5">
        {losses.map((loss) => (
          <li key={loss}>{loss}</li>
        ))}
      </ul>
    </div>
  )
}
