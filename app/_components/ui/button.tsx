'use client'

import { Button as BaseButton } from '@base-ui/react/button'
import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Spinner } from './spinner.tsx'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md' | 'lg'

interface ButtonLook {
  /** Default `secondary`; one `primary` per view. */
  variant?: ButtonVariant
  /** Default `md` (32 px); `sm` is 28 px, `lg` 40 px. */
  size?: ButtonSize
  /** Element before the label, usually a lucide icon. */
  icon?: ReactNode
  trailingIcon?: ReactNode
  /** Fills the width of its container. */
  block?: boolean
}

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent shadow-control hover:bg-accent-strong data-disabled:hover:bg-accent',
  secondary:
    'border border-line bg-surface text-ink shadow-control hover:bg-hover data-disabled:hover:bg-surface data-popup-open:bg-hover',
  ghost: 'text-muted hover:bg-hover hover:text-ink data-disabled:hover:bg-transparent data-popup-open:bg-hover',
  danger: 'bg-danger-solid text-on-danger shadow-control hover:bg-danger-strong data-disabled:hover:bg-danger-solid',
}

const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 gap-1.5 px-2.5 text-sm',
  md: 'h-8 gap-1.5 px-3 text-base',
  lg: 'h-10 gap-2 px-4 text-base',
}

/** The classes of a button, for the rare element that is neither `<button>` nor `<a>`. */
export function buttonClasses({ variant = 'secondary', size = 'md', block }: ButtonLook = {}): string {
  return classNames(
    'relative inline-flex shrink-0 select-none items-center justify-center rounded-md font-medium whitespace-nowrap',
    'transition-colors duration-100 data-disabled:cursor-not-allowed data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
    variants[variant],
    sizes[size],
    block && 'w-full',
  )
}

export interface ButtonProps extends ButtonLook, Omit<ComponentProps<'button'>, 'ref'> {
  ref?: React.Ref<HTMLElement>
  /** Shows a spinner over the label and ignores presses; stays focusable. */
  loading?: boolean
}

/** A button; `type` is `button` unless said otherwise. */
export function Button(props: ButtonProps) {
  const { variant, size, icon, trailingIcon, block, loading = false, disabled, className, children, ...rest } = props
  return (
    <BaseButton
      type="button"
      {...rest}
      disabled={Boolean(disabled) || loading}
      focusableWhenDisabled={loading}
      aria-busy={loading || undefined}
      className={classNames(buttonClasses({ ...look({ variant, size, block }) }), className)}
    >
      {loading ? <Spinner decorative /> : icon}
      {children}
      {trailingIcon}
    </BaseButton>
  )
}

export interface ButtonLinkProps extends ButtonLook, Omit<ComponentProps<typeof Link>, 'href'> {
  href: string
  /** Another origin or a download: a plain anchor that opens in a new tab. */
  external?: boolean
}

/** A link that looks like a button. */
export function ButtonLink(props: ButtonLinkProps) {
  const { variant, size, icon, trailingIcon, block, external, className, children, href, ...rest } = props
  const classes = classNames(buttonClasses({ ...look({ variant, size, block }) }), className)
  const content = (
    <>
      {icon}
      {children}
      {trailingIcon}
    </>
  )
  if (external) {
    return (
      <a href={href} target="_blank" rel="noreferrer" className={classes}>
        {content}
      </a>
    )
  }
  return (
    <Link {...rest} href={href} className={classes}>
      {content}
    </Link>
  )
}

function look(given: { [Key in keyof ButtonLook]: ButtonLook[Key] | undefined }): ButtonLook {
  const { variant = 'secondary', size = 'md', block = false } = given
  return { variant, size, block }
}
