'use client'

import { useEffect } from 'react'
import type { FieldPath, FieldValues } from 'react-hook-form'
import { useController } from 'react-hook-form'
import type { CheckListProps, RadioGroupProps } from './choice.tsx'
import { Checkbox, CheckList, RadioGroup, Switch } from './choice.tsx'
import { Combobox } from './combobox.tsx'
import type { FieldProps } from './field.tsx'
import { Field } from './field.tsx'
import type { ApiForm } from './form.tsx'
import type { InputProps, TextareaProps } from './input.tsx'
import { Input as InputControl, PasswordInput, Textarea } from './input.tsx'
import type { Option } from './select.tsx'
import { Select } from './select.tsx'

/** What every bound field takes: the form, the path of the value in the contract, and the texts around it. */
export interface BoundFieldProps<Input extends FieldValues, Output>
  extends Omit<FieldProps, 'children' | 'error' | 'layout'> {
  form: ApiForm<Input, Output>
  name: FieldPath<Input>
}

type ControlOnly<Props> = Omit<
  Props,
  'form' | 'name' | 'value' | 'defaultValue' | 'onChange' | 'onBlur' | 'ref' | 'disabled' | 'className'
>

/** Binds one path of the form: its value, its error, and its place among the fields on the page. */
function useBound<Input extends FieldValues, Output>({ form, name }: BoundFieldProps<Input, Output>) {
  const { field, fieldState } = useController({ control: form.hook.control, name })
  const { names } = form
  useEffect(() => {
    const known = names.current
    known.add(name)
    return () => {
      known.delete(name)
    }
  }, [names, name])
  return { field, error: fieldState.error?.message }
}

function fieldPropsOf<Input extends FieldValues, Output>(props: BoundFieldProps<Input, Output>) {
  const { label, description, optional = false, disabled = false, hideLabel = false, aside, className = '' } = props
  return { label, description, optional, disabled, hideLabel, aside, className }
}

function controlPropsOf<Props extends object>(props: Props) {
  const fieldOnly = [
    'form',
    'label',
    'description',
    'optional',
    'disabled',
    'hideLabel',
    'aside',
    'className',
    'options',
  ]
  return Object.fromEntries(Object.entries(props).filter(([key]) => !fieldOnly.includes(key)))
}

export type TextFieldProps<Input extends FieldValues, Output> = BoundFieldProps<Input, Output> & ControlOnly<InputProps>

/** One line of text; with `type="number"` the form's value is a number. */
export function TextField<Input extends FieldValues, Output>(props: TextFieldProps<Input, Output>) {
  const { field, error } = useBound(props)
  const isNumber = props.type === 'number'
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <InputControl
        {...controlPropsOf(props)}
        {...field}
        value={field.value ?? ''}
        onChange={(event) => field.onChange(isNumber ? numberOf(event.target.value) : event.target.value)}
      />
    </Field>
  )
}

function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text)
}

/** A password that can be shown. Give `autoComplete`: `current-password` or `new-password`. */
export function PasswordField<Input extends FieldValues, Output>(props: TextFieldProps<Input, Output>) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <PasswordInput {...controlPropsOf(props)} {...field} value={field.value ?? ''} />
    </Field>
  )
}

/** Several lines of text. */
export function TextareaField<Input extends FieldValues, Output>(
  props: BoundFieldProps<Input, Output> & ControlOnly<TextareaProps>,
) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <Textarea {...controlPropsOf(props)} {...field} value={field.value ?? ''} />
    </Field>
  )
}

export interface OptionFieldProps<Input extends FieldValues, Output> extends BoundFieldProps<Input, Output> {
  options: readonly Option[]
  placeholder?: string
}

/** One of a few fixed choices. */
export function SelectField<Input extends FieldValues, Output>(props: OptionFieldProps<Input, Output>) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <Select
        options={props.options}
        value={field.value ?? null}
        onValueChange={field.onChange}
        onBlur={field.onBlur}
        ref={field.ref}
        {...(props.placeholder ? { placeholder: props.placeholder } : {})}
      />
    </Field>
  )
}

/** One of many choices, found by typing. */
export function ComboboxField<Input extends FieldValues, Output>(props: OptionFieldProps<Input, Output>) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <Combobox
        options={props.options}
        value={field.value ?? null}
        onValueChange={field.onChange}
        onBlur={field.onBlur}
        ref={field.ref}
        {...(props.placeholder ? { placeholder: props.placeholder } : {})}
      />
    </Field>
  )
}

/** One of a few choices, all visible. */
export function RadioField<Input extends FieldValues, Output>(
  props: OptionFieldProps<Input, Output> & Pick<RadioGroupProps<string>, 'look'>,
) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <RadioGroup
        options={props.options}
        value={field.value ?? ''}
        onValueChange={field.onChange}
        look={props.look ?? 'list'}
      />
    </Field>
  )
}

/** Any number of a few choices; the form's value is an array. */
export function CheckListField<Input extends FieldValues, Output>(
  props: Omit<OptionFieldProps<Input, Output>, 'placeholder'> & Pick<CheckListProps<string>, 'columns'>,
) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error}>
      <CheckList
        options={props.options}
        value={field.value ?? []}
        onValueChange={field.onChange}
        columns={props.columns ?? 1}
      />
    </Field>
  )
}

/** Yes or no, taken over when the form is sent. */
export function CheckboxField<Input extends FieldValues, Output>(props: BoundFieldProps<Input, Output>) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error} layout="inline">
      <Checkbox checked={Boolean(field.value)} onCheckedChange={field.onChange} onBlur={field.onBlur} ref={field.ref} />
    </Field>
  )
}

/** On or off. */
export function SwitchField<Input extends FieldValues, Output>(props: BoundFieldProps<Input, Output>) {
  const { field, error } = useBound(props)
  return (
    <Field {...fieldPropsOf(props)} error={error} layout="inline">
      <Switch checked={Boolean(field.value)} onCheckedChange={field.onChange} onBlur={field.onBlur} ref={field.ref} />
    </Field>
  )
}
