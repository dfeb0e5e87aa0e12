'use client'

import { Select as BaseSelect } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { controlClasses } from './input.tsx'
import { popupClasses, popupItemClasses } from './popup-classes.ts'

export interface Option<Value extends string = string> {
  value: Value
  label: string
  /** Small print under the label, shown in the list only. */
  description?: string
  disabled?: boolean
}

export interface SelectProps<Value extends string> {
  options: readonly Option<Value>[]
  value?: Value | null
  defaultValue?: Value | null
  onValueChange?: (value: Value) => void
  onBlur?: () => void
  placeholder?: string
  name?: string
  disabled?: boolean
  /** Only outside a Field. */
  'aria-label'?: string
  /** Before the value, e.g. the name of a filter. */
  prefix?: ReactNode
  size?: 'sm' | 'md'
  ref?: React.Ref<HTMLButtonElement>
  className?: string
}

/** One of a few fixed choices. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { options, value, defaultValue, onValueChange, placeholder, name, disabled = false, prefix } = props
  const t = useTranslations('ui')
  return (
    <BaseSelect.Root<Value>
      items={options}
      {...(value === undefined ? {} : { value })}
      {...(defaultValue === undefined ? {} : { defaultValue })}
      {...(name === undefined ? {} : { name })}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onValueChange?.(next)
      }}
    >
      <BaseSelect.Trigger
        ref={props.ref}
        aria-label={props['aria-label']}
        onBlur={props.onBlur}
        className={classNames(
          controlClasses,
          'inline-flex items-center justify-between gap-2 text-left',
          props.size === 'sm' ? 'h-7 text-sm' : 'h-8 pointer-coarse:h-10',
          props.className,
        )}
      >
        <span className="flex min-w-0 items-center gap-1.5">
          {prefix ? <span className="shrink-0 text-muted">{prefix}</span> : null}
          <BaseSelect.Value className="truncate data-placeholder:text-faint" placeholder={placeholder ?? t('choose')} />
        </span>
        <BaseSelect.Icon className="shrink-0 text-faint">
          <ChevronsUpDown aria-hidden="true" className="size-3.5" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <SelectPopup options={options} />
    </BaseSelect.Root>
  )
}

function SelectPopup<Value extends string>({ options }: { options: readonly Option<Value>[] }) {
  return (
    <BaseSelect.Portal>
      <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
        <BaseSelect.Popup className={popupClasses}>
          <BaseSelect.List>
            {options.map((option) => (
              <BaseSelect.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className={classNames(popupItemClasses, 'grid grid-cols-[1fr_1rem] pr-1.5')}
              >
                <span className="min-w-0">
                  <BaseSelect.ItemText className="block truncate">{option.label}</BaseSelect.ItemText>
                  {option.description ? (
                    <span className="block max-w-80 text-muted text-sm">{option.description}</span>
                  ) : null}
                </span>
                <BaseSelect.ItemIndicator className="text-accent-ink">
                  <Check aria-hidden="true" />
                </BaseSelect.ItemIndicator>
              </BaseSelect.Item>
            ))}
          </BaseSelect.List>
        </BaseSelect.Popup>
      </BaseSelect.Positioner>
    </BaseSelect.Portal>
  )
}
