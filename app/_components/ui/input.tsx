'use client'

import { Field as BaseField } from '@base-ui/react/field'
import { Eye, EyeOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ComponentProps, ReactNode } from 'react'
import { useState } from 'react'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'

/** The frame every text-like control shares. */
export const controlClasses = classNames(
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink shadow-control',
  'transition-colors duration-100 pointer-coarse:text-lg hover:border-muted',
  'focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring/45',
  'data-invalid:border-danger-solid data-disabled:cursor-not-allowed data-disabled:bg-sunken data-disabled:text-muted',
  'data-disabled:hover:border-line-strong [&[readonly]]:bg-sunken',
)

export interface InputProps extends Omit<ComponentProps<'input'>, 'defaultValue' | 'value' | 'ref'> {
  ref?: React.Ref<HTMLElement>
  value?: string | number
  defaultValue?: string | number
  /** Icon inside, at the left. */
  icon?: ReactNode
  /** Unit or button inside, at the right. */
  suffix?: ReactNode
  /** Fixed-width letters: keys, addresses, tokens. */
  mono?: boolean
}

/** One line of text. Stands in a `Field`, or alone with `aria-label`. */
export function Input({ icon, suffix, mono = false, className, ...rest }: InputProps) {
  const control = (
    <BaseField.Control
      {...rest}
      className={classNames(
        controlClasses,
        'h-8 pointer-coarse:h-10',
        mono && 'font-mono text-sm',
        Boolean(icon) && 'pl-8',
        Boolean(suffix) && 'pr-9',
        className,
      )}
    />
  )
  if (!(icon || suffix)) return control
  return (
    <span className="relative flex w-full items-center">
      {icon ? <span className="pointer-events-none absolute left-2.5 text-faint [&_svg]:size-4">{icon}</span> : null}
      {control}
      {suffix ? <span className="absolute right-1 text-muted text-sm">{suffix}</span> : null}
    </span>
  )
}

/** A password with a button that shows it; paste and password managers work. Give `autoComplete`. */
export function PasswordInput(props: Omit<InputProps, 'type' | 'suffix' | 'icon'>) {
  const t = useTranslations('ui')
  const [isShown, setIsShown] = useState(false)
  return (
    <Input
      spellCheck={false}
      autoCapitalize="none"
      autoCorrect="off"
      {...props}
      type={isShown ? 'text' : 'password'}
      suffix={
        <IconButton
          size="sm"
          label={isShown ? t('hidePassword') : t('showPassword')}
          icon={isShown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
          aria-pressed={isShown}
          onClick={() => setIsShown((shown) => !shown)}
        />
      }
    />
  )
}

export interface TextareaProps extends Omit<ComponentProps<'textarea'>, 'ref' | 'value' | 'defaultValue'> {
  ref?: React.Ref<HTMLElement>
  value?: string
  defaultValue?: string
  mono?: boolean
}

/** Several lines of text. */
export function Textarea({ mono = false, className, rows = 4, ref, value, defaultValue, ...rest }: TextareaProps) {
  return (
    <BaseField.Control
      {...(ref === undefined ? {} : { ref })}
      {...(value === undefined ? {} : { value })}
      {...(defaultValue === undefined ? {} : { defaultValue })}
      render={<textarea {...rest} rows={rows} />}
      className={classNames(controlClasses, 'min-h-16 resize-y py-1.5', mono && 'font-mono text-sm', className)}
    />
  )
}
