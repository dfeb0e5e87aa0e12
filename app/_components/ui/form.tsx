'use client'

import type { ReactNode, RefObject, SyntheticEvent } from 'react'
import { useRef, useState } from 'react'
import type { DefaultValues, FieldErrors, FieldPath, FieldValues, UseFormReturn } from 'react-hook-form'
import { get, useForm } from 'react-hook-form'
import type { z } from 'zod'
import { IntentKey } from '../api/idempotency-key.ts'
import { ApiProblem } from '../api/problem.ts'
import { useKeyTranslator } from '../use-key-translator.ts'
import type { ButtonProps } from './button.tsx'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import { FailureAlert } from './failure-alert.tsx'
import { resolverOf } from './form-resolver.ts'

export interface ApiFormOptions<Input extends FieldValues, Output, Answer> {
  /** The contract of the request body; its message keys are told from the namespace `validation`. */
  schema: z.ZodType<Output, Input>
  defaultValues: DefaultValues<Input>
  /** Sends it; the key stays the same while the same values are sent again after a lost answer. */
  submit: (values: Output, idempotencyKey: string) => Promise<Answer>
  onSuccess?: (answer: Answer, values: Output) => void | Promise<void>
}

export interface ApiForm<Input extends FieldValues, Output = Input> {
  /** react-hook-form's own object: `watch`, `setValue`, `reset`, `formState` … */
  hook: UseFormReturn<Input, unknown, Output>
  submit: (event?: SyntheticEvent) => void
  isSubmitting: boolean
  /** What was thrown by the last attempt and belongs to no field. */
  failure: unknown
  /** Sentences about fields that are not on the page. */
  unplaced: readonly string[]
  /** Names of the fields on the page; bound fields enter themselves. */
  names: RefObject<Set<string>>
}

/**
 * A form over one contract and one request: checks like the server, puts the server's faults on their fields, moves the
 * focus to the first wrong field and shows the rest on top.
 */
export function useApiForm<Input extends FieldValues, Output, Answer>(
  options: ApiFormOptions<Input, Output, Answer>,
): ApiForm<Input, Output> {
  const translate = useKeyTranslator('validation')
  const [failure, setFailure] = useState<unknown>()
  const [unplaced, setUnplaced] = useState<readonly string[]>([])
  const names = useRef(new Set<string>())
  const [intent] = useState(() => new IntentKey())
  const hook = useForm<Input, unknown, Output>({
    defaultValues: options.defaultValues,
    resolver: resolverOf(options.schema, ({ code, params }) => translate(code, params, translate('malformed'))),
  })

  async function send(values: Output) {
    setFailure(undefined)
    setUnplaced([])
    const key = intent.keyFor(values)
    try {
      const answer = await options.submit(values, key)
      intent.settle(key)
      await options.onSuccess?.(answer, values)
    } catch (error) {
      intent.settle(key, error)
      takeFailure(error)
    }
  }

  function takeFailure(error: unknown) {
    setFailure(error)
    if (!(error instanceof ApiProblem)) {
      reportError(error)
      return
    }
    const rest = placeFaults(hook, names.current, error)
    setUnplaced(rest)
    const isPlaced = error.errors.length > 0 && rest.length === 0
    if (isPlaced) setFailure(undefined)
  }

  function refuse(errors: FieldErrors<Input>) {
    setFailure(undefined)
    setUnplaced(
      sentencesIn(errors)
        .filter(({ path }) => !names.current.has(path))
        .map(({ message }) => message),
    )
  }

  const submit = hook.handleSubmit(send, refuse)
  return {
    hook,
    submit: (event) => {
      event?.preventDefault()
      // A press that bubbles out of a dialog's portal must not send the form the dialog was opened from.
      event?.stopPropagation()
      submit().catch(setFailure)
    },
    isSubmitting: hook.formState.isSubmitting,
    failure,
    unplaced,
    names,
  }
}

/** Puts each fault on its field and answers with the sentences that found none. */
function placeFaults<Input extends FieldValues, Output>(
  hook: UseFormReturn<Input, unknown, Output>,
  names: ReadonlySet<string>,
  problem: ApiProblem,
): string[] {
  const placed = problem.errors.filter(({ path }) => names.has(path))
  for (const [index, fault] of placed.entries()) {
    hook.setError(
      fault.path as FieldPath<Input>,
      { type: fault.code, message: fault.message },
      { shouldFocus: index === 0 },
    )
  }
  return problem.errors.filter(({ path }) => !names.has(path)).map(({ message }) => message)
}

function sentencesIn(errors: object, prefix = ''): { path: string; message: string }[] {
  return Object.entries(errors).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`
    if (typeof value !== 'object' || value === null) return []
    const message: unknown = get(value, 'message')
    return typeof message === 'string' ? [{ path, message }] : sentencesIn(value, path)
  })
}

export interface FormProps<Input extends FieldValues, Output> {
  form: ApiForm<Input, Output>
  children: ReactNode
  /** Title of the alert when the request fails. */
  failureTitle?: ReactNode
  className?: string
  id?: string
  'aria-label'?: string
}

/** The `<form>`, with its alert on top and fields in a column. */
export function Form<Input extends FieldValues, Output>(props: FormProps<Input, Output>) {
  const { form, children, failureTitle, className, id } = props
  return (
    <form
      id={id}
      // Pressed before the page is awake, Enter must not write a password into the address bar.
      method="post"
      noValidate
      aria-label={props['aria-label']}
      onSubmit={form.submit}
      className={classNames('flex flex-col gap-4', className)}
    >
      <FailureAlert error={form.failure} messages={form.unplaced} {...(failureTitle ? { title: failureTitle } : {})} />
      {children}
    </form>
  )
}

export interface SubmitButtonProps<Input extends FieldValues, Output> extends Omit<ButtonProps, 'form'> {
  form: ApiForm<Input, Output>
  /** The form's id, for a button outside it (the footer of a dialog). */
  formId?: string
}

/** The button that sends the form; busy while it is under way. */
export function SubmitButton<Input extends FieldValues, Output>(props: SubmitButtonProps<Input, Output>) {
  const { form, formId, ...rest } = props
  return (
    <Button
      variant="primary"
      {...rest}
      {...(formId ? { form: formId } : {})}
      type="submit"
      loading={form.isSubmitting}
    />
  )
}
