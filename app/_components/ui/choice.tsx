'use client'

import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import { CheckboxGroup } from '@base-ui/react/checkbox-group'
import { Field } from '@base-ui/react/field'
import { Radio } from '@base-ui/react/radio'
import { RadioGroup as BaseRadioGroup } from '@base-ui/react/radio-group'
import { Switch as BaseSwitch } from '@base-ui/react/switch'
import { Check, Minus } from 'lucide-react'
import { classNames } from './class-names.ts'
import type { Option } from './select.tsx'

export interface ToggleProps {
  checked?: boolean
  defaultChecked?: boolean
  onCheckedChange?: (checked: boolean) => void
  onBlur?: () => void
  name?: string
  disabled?: boolean
  /** Only outside a Field. */
  'aria-label'?: string
  ref?: React.Ref<HTMLElement>
}

const boxClasses =
  'inline-flex size-4.5 shrink-0 items-center justify-center border border-line-strong bg-surface text-on-accent shadow-control transition-colors duration-100 hover:border-muted data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent data-indeterminate:bg-accent data-invalid:border-danger-solid data-disabled:cursor-not-allowed data-disabled:opacity-55'

/** Yes or no, taken over when the form is sent. Put it in `<Field layout="inline">`. */
export function Checkbox({ indeterminate = false, ...props }: ToggleProps & { indeterminate?: boolean }) {
  return (
    <BaseCheckbox.Root {...given(props)} indeterminate={indeterminate} className={classNames(boxClasses, 'rounded-sm')}>
      <BaseCheckbox.Indicator className="inline-flex [&_svg]:size-3.5 [&_svg]:stroke-3">
        {indeterminate ? <Minus aria-hidden="true" /> : <Check aria-hidden="true" />}
      </BaseCheckbox.Indicator>
    </BaseCheckbox.Root>
  )
}

/** On or off, acting at once. Put it in `<Field layout="inline">`. */
export function Switch(props: ToggleProps) {
  return (
    <BaseSwitch.Root
      {...given(props)}
      className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-hover p-px transition-colors duration-150 data-disabled:cursor-not-allowed data-checked:border-accent data-checked:bg-accent data-disabled:opacity-55"
    >
      <BaseSwitch.Thumb className="size-4 rounded-full bg-muted shadow-control transition-[translate,background-color] duration-150 ease-calm data-checked:translate-x-4 data-checked:bg-on-accent" />
    </BaseSwitch.Root>
  )
}

export interface RadioGroupProps<Value extends string> {
  options: readonly Option<Value>[]
  value?: Value
  defaultValue?: Value
  onValueChange?: (value: Value) => void
  name?: string
  disabled?: boolean
  'aria-label'?: string
  /** `cards` frames each choice, for choices with a description. Default `list`. */
  look?: 'list' | 'cards'
}

/** One of a few choices, all visible. */
export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>) {
  const { options, look = 'list', onValueChange, ...rest } = props
  return (
    <BaseRadioGroup<Value>
      {...given(rest)}
      onValueChange={(value) => onValueChange?.(value)}
      className={classNames('flex flex-col', look === 'cards' ? 'gap-2' : 'gap-1')}
    >
      {options.map((option) => (
        <RadioLine key={option.value} option={option} isCard={look === 'cards'} />
      ))}
    </BaseRadioGroup>
  )
}

/** A field of its own: inside another one its label would be that field's, and name every choice alike. */
function RadioLine({ option, isCard }: { option: Option; isCard: boolean }) {
  return (
    <Field.Root>
      <Field.Label
        className={classNames(
          'flex min-h-6 items-start gap-2.5',
          isCard &&
            'rounded-lg border border-line p-3 transition-colors hover:bg-hover has-data-checked:border-accent has-data-checked:bg-accent-soft',
        )}
      >
        <span className="flex h-5.5 items-center">
          <Radio.Root
            value={option.value}
            disabled={option.disabled ?? false}
            className={classNames(boxClasses, 'rounded-full')}
          >
            <Radio.Indicator className="size-2 rounded-full bg-on-accent" />
          </Radio.Root>
        </span>
        <span className="min-w-0">
          <span className="block font-medium">{option.label}</span>
          {option.description ? <span className="block text-muted text-sm">{option.description}</span> : null}
        </span>
      </Field.Label>
    </Field.Root>
  )
}

export interface CheckListProps<Value extends string> {
  options: readonly Option<Value>[]
  value: readonly Value[]
  onValueChange: (value: Value[]) => void
  disabled?: boolean
  'aria-label'?: string
  /** Several columns where there is room. */
  columns?: 1 | 2 | 3
}

const columnClasses = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-2 lg:grid-cols-3' }

/** Any number of a few choices. */
export function CheckList<Value extends string>(props: CheckListProps<Value>) {
  const { options, value, onValueChange, disabled = false, columns = 1 } = props
  return (
    <CheckboxGroup
      aria-label={props['aria-label']}
      value={[...value]}
      disabled={disabled}
      onValueChange={(next) =>
        onValueChange(options.map((option) => option.value).filter((known) => next.includes(known)))
      }
      className={classNames('grid gap-x-4 gap-y-1', columnClasses[columns])}
    >
      {options.map((option) => (
        <CheckLine key={option.value} option={option} />
      ))}
    </CheckboxGroup>
  )
}

function CheckLine({ option }: { option: Option }) {
  return (
    <Field.Root>
      <Field.Label className="flex min-h-6 items-start gap-2.5">
        <span className="flex h-5.5 items-center">
          <BaseCheckbox.Root
            name={option.value}
            value={option.value}
            disabled={option.disabled ?? false}
            className={classNames(boxClasses, 'rounded-sm')}
          >
            <BaseCheckbox.Indicator className="inline-flex [&_svg]:size-3.5 [&_svg]:stroke-3">
              <Check aria-hidden="true" />
            </BaseCheckbox.Indicator>
          </BaseCheckbox.Root>
        </span>
        <span className="min-w-0">
          <span className="block">{option.label}</span>
          {option.description ? <span className="block text-muted text-sm">{option.description}</span> : null}
        </span>
      </Field.Label>
    </Field.Root>
  )
}

/** Only the properties that were given, as `exactOptionalPropertyTypes` wants them. */
function given<Props extends object>(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Props
}
