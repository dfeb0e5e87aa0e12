'use client'

import { FileUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { DragEvent } from 'react'
import { useRef, useState } from 'react'
import type { FieldValues } from 'react-hook-form'
import { useController } from 'react-hook-form'
import { classNames } from '#app/_components/ui/class-names.ts'
import type { BoundFieldProps } from '#app/_components/ui/form-fields.tsx'
import { TextareaField } from '#app/_components/ui/form-fields.tsx'
import { typedExamples } from '../typed-examples.ts'

export interface PemFieldProps<Input extends FieldValues, Output> extends BoundFieldProps<Input, Output> {
  label: string
}

/** A certificate or key: pasted, chosen as a file, or dropped. It is looked at when it is left. */
export function PemField<Input extends FieldValues, Output>(props: PemFieldProps<Input, Output>) {
  const { form, name } = props
  const t = useTranslations('clusters.pem')
  const { field } = useController({ control: form.hook.control, name })
  const [isOver, setOver] = useState(false)
  const check = () => {
    void form.hook.trigger(name)
  }

  async function take(file: File | undefined) {
    if (!file) return
    field.onChange(await file.text())
    check()
  }

  function onDrop(event: DragEvent) {
    setOver(false)
    const [file] = event.dataTransfer.files
    if (!file) return
    event.preventDefault()
    void take(file)
  }

  return (
    <TextareaField
      {...props}
      mono
      rows={3}
      spellCheck={false}
      autoComplete="off"
      placeholder={typedExamples.pem}
      className={classNames(props.className, isOver && 'rounded-md outline-2 outline-ring outline-dashed')}
      aside={<FileButton label={t('chooseFor', { field: props.label })} onFile={take} />}
      onDrop={onDrop}
      onDragOver={(event: DragEvent) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onBlurCapture={check}
    />
  )
}

function FileButton({ label, onFile }: { label: string; onFile: (file: File | undefined) => void }) {
  const t = useTranslations('clusters.pem')
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        aria-label={label}
        onClick={() => input.current?.click()}
        className="inline-flex h-6 items-center gap-1 rounded-sm px-1 text-muted hover:bg-hover hover:text-ink [&_svg]:size-3.5"
      >
        <FileUp aria-hidden="true" />
        {t('choose')}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".pem,.crt,.cer,.cert,.key,.txt"
        onChange={(event) => {
          onFile(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </>
  )
}
