'use client'

import { useTranslations } from 'next-intl'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { FieldGroup } from '#app/(console)/clusters/_components/access/field-group.tsx'
import { PemField } from '#app/(console)/clusters/_components/access/pem-field.tsx'
import {
  AddressMapField,
  EndpointsField,
  NetworkField,
  ServerNameField,
} from '#app/(console)/clusters/_components/access/reach-fields.tsx'
import { UserFields } from '#app/(console)/clusters/_components/access/user-fields.tsx'
import { readerCommands, rootCommands } from '#app/(console)/clusters/_components/etcd-commands.ts'
import type { ImportForm } from './what-it-is.tsx'

/** Second part: addresses, certificates, users, and what lies between. */
export function HowReached({ form }: { form: ImportForm }) {
  const t = useTranslations('clusters')
  return (
    <Panel title={t('import.howTitle')} description={t('import.howDescription')}>
      <div className="flex flex-col gap-5">
        <EndpointsField form={form} name="endpoints" />
        <FieldGroup title={t('import.tlsTitle')} description={t('import.tlsDescription')}>
          <PemField form={form} name="tls.caPem" label={t('fields.ca')} description={t('fields.caHint')} optional />
          <div className="grid gap-4 sm:grid-cols-2">
            <PemField form={form} name="tls.clientCertPem" label={t('fields.clientCert')} optional />
            <PemField form={form} name="tls.clientKeyPem" label={t('fields.clientKey')} optional />
          </div>
          <ServerNameField form={form} name="tls.serverName" />
        </FieldGroup>
        <FieldGroup title={t('import.usersTitle')} description={t('import.usersDescription')}>
          <UserFields form={form} kind="reader" username="reader.username" password="reader.password" optional />
          <UserFields form={form} kind="root" username="root.username" password="root.password" optional />
          <MakeUsers />
        </FieldGroup>
        <FieldGroup title={t('import.betweenTitle')} description={t('import.betweenDescription')}>
          <AddressMapField form={form} name="addressMap" />
          <NetworkField form={form} name="network" />
        </FieldGroup>
      </div>
    </Panel>
  )
}

function MakeUsers() {
  const t = useTranslations('clusters')
  return (
    <details>
      <summary className="w-fit rounded-sm text-muted text-sm hover:text-ink">{t('import.makeUsers')}</summary>
      <div className="mt-2 flex flex-col gap-3">
        <CodeBlock title={t('commands.reader')} code={readerCommands} />
        <CodeBlock title={t('commands.root')} code={rootCommands} />
        <p className="text-muted text-sm">{t('commands.passwords')}</p>
      </div>
    </details>
  )
}
