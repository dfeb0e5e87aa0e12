'use client'

import { Combobox as BaseCombobox } from '@base-ui/react/combobox'
import { Check, ChevronsUpDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { classNames } from './class-names.ts'
import { controlClasses } from './input.tsx'
import { popupClasses, popupItemClasses } from './popup-classes.ts'
import type { Option } from './select.tsx'

export interface ComboboxProps<Value extends string> {
  options: readonly Option<Value>[]
  value: Value | null
  onValueChange: (value: Value | null) => void
  onBlur?: () => void
  placeholder?: string
  name?: string
  disabled?: boolean
  /** Only outside a Field. */
  'aria-label'?: string
  ref?: React.Ref<HTMLButtonElement>
  /** Told what is typed: the options are then those somebody else has found by it. */
  onType?: (text: string) => void
  className?: string
}

/** One of many choices, found by typing (time zones, regions). */
export function Combobox<Value extends string>(props: ComboboxProps<Value>) {
  const { options, value, onValueChange, placeholder, name, disabled = false, onType } = props
  const t = useTranslations('ui')
  const selected = options.find((option) => option.value === value) ?? null
  return (
    <BaseCombobox.Root<Option<Value>>
      items={options}
      value={selected}
      onValueChange={(option) => onValueChange(option?.value ?? null)}
      disabled={disabled}
      autoHighlight
      {...(onType ? { filter: null, onInputValueChange: onType } : {})}
      isItemEqualToValue={(one, other) => one.value === other.value}
      {...(name === undefined ? {} : { name })}
    >
      <BaseCombobox.Trigger
        ref={props.ref}
        aria-label={props['aria-label']}
        onBlur={props.onBlur}
        className={classNames(
          controlClasses,
          'inline-flex h-8 items-center justify-between gap-2 text-left pointer-coarse:h-10',
          props.className,
        )}
      >
        <span className={classNames('truncate', selected === null && 'text-faint')}>
          <BaseCombobox.Value placeholder={placeholder ?? t('choose')} />
        </span>
        <BaseCombobox.Icon className="shrink-0 text-faint">
          <ChevronsUpDown aria-hidden="true" className="size-3.5" />
        </BaseCombobox.Icon>
      </BaseCombobox.Trigger>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={4} className="z-50 outline-none">
          <BaseCombobox.Popup
            aria-label={t('choose')}
            className={classNames(popupClasses, 'flex flex-col overflow-hidden')}
          >
            <BaseCombobox.Input
              aria-label={t('typeToFind')}
              placeholder={t('typeToFind')}
              className={classNames(controlClasses, 'mb-1 h-8 shrink-0 pointer-coarse:h-10')}
            />
            <BaseCombobox.Empty className="px-2 py-1.5 text-muted empty:hidden">{t('nothingFound')}</BaseCombobox.Empty>
            <BaseCombobox.List className="max-h-64 overflow-y-auto">
              {(option: Option<Value>) => (
                <BaseCombobox.Item
                  key={option.value}
                  value={option}
                  className={classNames(popupItemClasses, 'grid grid-cols-[1fr_1rem] pr-1.5')}
                >
                  <span className="truncate">{option.label}</span>
                  <BaseCombobox.ItemIndicator className="text-accent-ink">
                    <Check aria-hidden="true" />
                  </BaseCombobox.ItemIndicator>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  )
}
