'use client'

import { Search } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Checkbox, CheckList, RadioGroup, Switch } from '#app/_components/ui/choice.tsx'
import { Combobox } from '#app/_components/ui/combobox.tsx'
import { Field } from '#app/_components/ui/field.tsx'
import { Input, PasswordInput, Textarea } from '#app/_components/ui/input.tsx'
import { Kbd } from '#app/_components/ui/kbd.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { useRoleOptions } from './role-options.ts'
import { useScopeOptions } from './scope-options.ts'
import { zones } from './zones.ts'

export function FieldsSection() {
  return (
    <Panel>
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
        <TextFields />
        <ChoiceFields />
      </div>
    </Panel>
  )
}

function TextFields() {
  const t = useTranslations('gallery.fields')
  return (
    <div className="flex flex-col gap-4">
      <Field label={t('name')} description={t('nameHelp')}>
        <Input defaultValue="fleet-east-1" />
      </Field>
      <Field label={t('endpoint')} error={t('endpointError')}>
        <Input mono defaultValue="https://10.0.4.17:2379" />
      </Field>
      <Field
        label={t('password')}
        aside={
          <TextLink href="/gallery" className="text-sm">
            {t('forgot')}
          </TextLink>
        }
      >
        <PasswordInput defaultValue="correct horse battery" autoComplete="off" />
      </Field>
      <Field label={t('search')} hideLabel>
        <Input
          type="search"
          placeholder={t('search')}
          icon={<Search aria-hidden="true" />}
          suffix={
            <span className="mr-1">
              <Kbd>/</Kbd>
            </span>
          }
        />
      </Field>
      <Field label={t('note')} optional>
        <Textarea rows={3} />
      </Field>
      <Field label={t('disabled')} disabled>
        <Input defaultValue="48 h" />
      </Field>
    </div>
  )
}

function ChoiceFields() {
  const t = useTranslations('gallery.fields')
  const roles = useRoleOptions()
  const [zone, setZone] = useState<string | null>('Asia/Shanghai')
  const [scopes, setScopes] = useState(['clusters:read'])
  const scopeOptions = useScopeOptions()
  return (
    <div className="flex flex-col gap-4">
      <Field label={t('role')}>
        <Select options={roles} defaultValue="operator" />
      </Field>
      <Field label={t('region')}>
        <Combobox options={zones} value={zone} onValueChange={setZone} />
      </Field>
      <Field label={t('protection')}>
        <RadioGroup
          look="cards"
          defaultValue="protected"
          options={[
            { value: 'off', label: t('off'), description: t('offHelp') },
            { value: 'protected', label: t('protected'), description: t('protectedHelp') },
          ]}
        />
      </Field>
      <Field label={t('scopes')}>
        <CheckList columns={2} options={scopeOptions} value={scopes} onValueChange={setScopes} />
      </Field>
      <Field layout="inline" label={t('backup')} description={t('backupHelp')}>
        <Switch defaultChecked />
      </Field>
      <Field layout="inline" label={t('tls')} description={t('tlsHelp')}>
        <Checkbox defaultChecked />
      </Field>
    </div>
  )
}
