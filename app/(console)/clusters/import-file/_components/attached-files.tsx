'use client'

import { FileKey, Paperclip, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useController } from 'react-hook-form'
import { IconButton } from '#app/_components/ui/icon-button.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { FileButton } from './file-button.tsx'
import type { ListFields } from './list-fields.ts'

/** As much as the API takes of one. */
const sizeMaxBytes = 200_000

/** Certificates and keys the rows name by their path. */
export function AttachedFiles({ form }: { form: ListFields }) {
  const t = useTranslations('cluster-imports.list')
  const { field } = useController({ control: form.hook.control, name: 'files' })
  const files = field.value ?? {}

  async function add(chosen: readonly File[]) {
    const small = chosen.filter(({ size }) => size <= sizeMaxBytes)
    for (const { name, size } of chosen) if (size > sizeMaxBytes) toast.warn(t('tooLarge', { name }))
    const added = await Promise.all(small.map(async (file) => [file.name, await file.text()] as const))
    field.onChange({ ...files, ...Object.fromEntries(added) })
  }

  function remove(name: string) {
    field.onChange(Object.fromEntries(Object.entries(files).filter(([other]) => other !== name)))
  }

  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <legend className="float-left font-medium text-sm">{t('certificates')}</legend>
        <FileButton
          label={t('addCertificates')}
          icon={<Paperclip aria-hidden="true" />}
          multiple
          onFiles={(chosen) => void add(chosen)}
        />
      </div>
      <p className="text-muted text-sm">{t('certificatesHint')}</p>
      {Object.keys(files).length === 0 ? null : (
        <ul className="flex flex-wrap gap-2">
          {Object.keys(files).map((name) => (
            <li
              key={name}
              className="inline-flex h-8 max-w-full items-center gap-1.5 rounded-md border border-line bg-sunken pl-2.5 font-mono text-sm [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted"
            >
              <FileKey aria-hidden="true" />
              <span className="min-w-0 truncate">{name}</span>
              <IconButton
                label={t('removeFile', { name })}
                icon={<X aria-hidden="true" />}
                size="sm"
                onClick={() => remove(name)}
              />
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  )
}
