'use client'

import { Field as BaseField } from '@base-ui/react/field'
import { CircleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** What every field of a form shows around its control. */
export interface FieldTexts {
  label: ReactNode
  /** What is wanted, before anything is typed. */
  description?: ReactNode
  /** What is wrong and how to mend it; read with the control. */
  error?: ReactNode
}

export interface FieldProps extends FieldTexts {
  /** One control of this folder (Input, Select, Checkbox …); label, description and error are tied to it. */
  children: ReactNode
  /** Marks what may be left empty; required is the rule and is not marked. */
  optional?: boolean
  disabled?: boolean
  /** `inline` puts the label right of the control (checkbox, switch). Default `stacked`. */
  layout?: 'stacked' | 'inline'
  /** Hides the label from the eye, not from the screen reader. */
  hideLabel?: boolean
  /** Link or button at the right end of the label's line, e.g. "Forgot password?". */
  aside?: ReactNode
  className?: string
}

/** Label, control, description and error, tied together by `aria-labelledby` and `aria-describedby`. */
export function Field(props: FieldProps) {
  const { label, children, description, error, disabled = false, layout = 'stacked', className } = props
  const isInline = layout === 'inline'
  const labelLine = <FieldLabel {...props} label={label} />
  const texts = (
    <>
      {description ? <BaseField.Description className="text-muted text-sm">{description}</BaseField.Description> : null}
      <FieldError error={error} />
    </>
  )
  return (
    <BaseField.Root
      invalid={Boolean(error)}
      disabled={disabled}
      className={classNames('min-w-0', isInline ? 'flex items-start gap-2.5' : 'flex flex-col gap-1', className)}
    >
      {isInline ? (
        <>
          <span className="flex min-h-6 items-center">{children}</span>
          <div className="flex min-w-0 flex-col gap-0.5">
            {labelLine}
            {texts}
          </div>
        </>
      ) : (
        <>
          {labelLine}
          {children}
          {texts}
        </>
      )}
    </BaseField.Root>
  )
}

function FieldLabel({ label, optional, hideLabel, aside }: FieldProps) {
  const t = useTranslations('ui')
  return (
    <div className={classNames('flex min-h-6 items-baseline justify-between gap-3', hideLabel && 'sr-only')}>
      <BaseField.Label className="font-medium data-disabled:text-muted">
        {label}
        {optional ? <span className="ml-1.5 font-normal text-faint text-sm">{t('optional')}</span> : null}
      </BaseField.Label>
      {aside ? <span className="text-sm">{aside}</span> : null}
    </div>
  )
}

function FieldError({ error }: { error: ReactNode }) {
  return (
    <BaseField.Error match={Boolean(error)} className="flex items-start gap-1.5 text-danger text-sm">
      <CircleAlert aria-hidden="true" className="mt-[0.1875rem] size-3.5 shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">{error}</span>
    </BaseField.Error>
  )
}
