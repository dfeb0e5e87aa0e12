'use client'

import { Button as BaseButton } from '@base-ui/react/button'
import type { ComponentProps, ReactNode } from 'react'
import type { ButtonSize } from './button.tsx'
import { classNames } from './class-names.ts'
import { Spinner } from './spinner.tsx'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'ref' | 'aria-label' | 'children'> {
  ref?: React.Ref<HTMLElement>
  /** The name of the action: read aloud and shown as a tooltip. */
  label: string
  icon: ReactNode
  /** Default `ghost`. */
  variant?: 'ghost' | 'secondary'
  size?: ButtonSize
  loading?: boolean
  tooltipSide?: 'top' | 'right' | 'bottom' | 'left'
}

const sizes: Record<ButtonSize, string> = { sm: 'size-7', md: 'size-8', lg: 'size-10' }

const variants = {
  ghost: 'text-muted hover:bg-hover hover:text-ink',
  secondary: 'border border-line bg-surface text-muted shadow-control hover:bg-hover hover:text-ink',
}

/** A button that shows only an icon, with its name as label and tooltip. */
export function IconButton(props: IconButtonProps) {
  const {
    label,
    icon,
    variant = 'ghost',
    size = 'md',
    loading = false,
    tooltipSide,
    disabled,
    className,
    ...rest
  } = props
  return (
    <Tooltip content={label} {...(tooltipSide ? { side: tooltipSide } : {})}>
      <BaseButton
        type="button"
        {...rest}
        aria-label={label}
        aria-busy={loading || undefined}
        disabled={Boolean(disabled) || loading}
        focusableWhenDisabled
        className={classNames(
          'inline-flex shrink-0 items-center justify-center rounded-md transition-colors duration-100 [&_svg]:size-4',
          'data-disabled:cursor-not-allowed data-disabled:opacity-55 data-popup-open:bg-hover data-popup-open:text-ink',
          variants[variant],
          sizes[size],
          className,
        )}
      >
        {loading ? <Spinner decorative /> : icon}
      </BaseButton>
    </Tooltip>
  )
}
