'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { CheckboxField } from '#app/_components/ui/form-fields.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { FieldGroup } from '#app/(console)/clusters/_components/access/field-group.tsx'
import { PemField } from '#app/(console)/clusters/_components/access/pem-field.tsx'
import {
  AddressMapField,
  EndpointsField,
  NetworkField,
  ServerNameField,
} from '#app/(console)/clusters/_components/access/reach-fields.tsx'
import { UserFields } from '#app/(console)/clusters/_components/access/user-fields.tsx'
import type { ClusterDetailView } from '#lib/contracts/clusters.ts'
import { TriedDialog } from './tried-dialog.tsx'
import { useTriedForm } from './use-tried-form.ts'
import type { WayForm, WayTexts } from './way-form.ts'
import { wayFormFrom, wayTextsOf } from './way-form.ts'

export interface AccessDialogProps {
  cluster: ClusterDetailView
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Changes endpoints, certificates and what lies between; tried before it is kept. */
export function AccessDialog({ cluster, open, onOpenChange }: AccessDialogProps) {
  const t = useTranslations('clusters')
  const [stored] = useState(() => wayTextsOf(cluster))
  const [schema] = useState(() => wayFormFrom(stored))
  const tried = useTriedForm<WayTexts>({
    cluster,
    schema,
    defaultValues: stored,
    onDone: () => {
      onOpenChange(false)
      toast.ok(t('way.done', { name: cluster.name }))
    },
  })
  const { form } = tried
  return (
    <TriedDialog
      tried={tried}
      accepts={{ failing: 'acceptFailing', another: 'acceptAnother' }}
      title={t('way.title', { name: cluster.name })}
      description={t('way.description')}
      endpointCount={cluster.endpoints.length}
      open={open}
      onOpenChange={onOpenChange}
    >
      <EndpointsField form={form} name="endpoints" />
      <Certificates form={form} cluster={cluster} />
      <FieldGroup title={t('import.betweenTitle')}>
        <AddressMapField form={form} name="addressMap" />
        <NetworkField form={form} name="network" />
      </FieldGroup>
      {tried.needsPasswords ? (
        <FieldGroup title={t('import.usersTitle')} description={t('way.passwordsAgain')}>
          {(['reader', 'root'] as const).map((kind) =>
            cluster[kind] ? (
              <UserFields
                key={kind}
                form={form}
                kind={kind}
                username={`${kind}.username`}
                password={`${kind}.password`}
              />
            ) : null,
          )}
        </FieldGroup>
      ) : null}
    </TriedDialog>
  )
}

/** What is stored is not shown again: an empty field keeps it, a box takes it away. */
function Certificates({ form, cluster: { tls } }: { form: WayForm; cluster: ClusterDetailView }) {
  const t = useTranslations('clusters')
  const hasCa = tls.ca.length > 0
  const hasClient = tls.clientCertificate !== null || tls.hasClientKey
  return (
    <FieldGroup title={t('import.tlsTitle')} description={t('way.keeps')}>
      <PemField
        form={form}
        name="tls.caPem"
        label={t('fields.ca')}
        {...(hasCa ? { description: t('way.kept', { subject: tls.ca.map(({ subject }) => subject).join(', ') }) } : {})}
        optional
      />
      {hasCa ? <CheckboxField form={form} name="dropCa" label={t('way.dropCa')} /> : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <PemField
          form={form}
          name="tls.clientCertPem"
          label={t('fields.clientCert')}
          {...(tls.clientCertificate ? { description: t('way.kept', { subject: tls.clientCertificate.subject }) } : {})}
          optional
        />
        <PemField
          form={form}
          name="tls.clientKeyPem"
          label={t('fields.clientKey')}
          {...(tls.hasClientKey ? { description: t('way.keyKept') } : {})}
          optional
        />
      </div>
      {hasClient ? <CheckboxField form={form} name="dropClient" label={t('way.dropClient')} /> : null}
      <ServerNameField form={form} name="tls.serverName" />
    </FieldGroup>
  )
}
