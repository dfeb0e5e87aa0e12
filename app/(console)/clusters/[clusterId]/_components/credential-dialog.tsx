'use client'

import { Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { textForm } from '#app/(console)/clusters/_components/access/text-form.ts'
import type { UserKind } from '#app/(console)/clusters/_components/access/user-fields.tsx'
import { UserFields } from '#app/(console)/clusters/_components/access/user-fields.tsx'
import type { ClusterDetailView, UpdateCluster } from '#lib/contracts/clusters.ts'
import { updateClusterBody } from '#lib/contracts/clusters.ts'
import { TriedDialog } from './tried-dialog.tsx'
import { useTriedForm } from './use-tried-form.ts'

const user = z.object({ username: z.string(), password: z.string() })
const credentialTexts = z.object({ reader: user, root: user, acceptFailing: z.boolean(), acceptAnother: z.boolean() })
type CredentialTexts = z.infer<typeof credentialTexts>

/** Sends the user of its kind alone. */
const formFor = (kind: UserKind) =>
  textForm<CredentialTexts, UpdateCluster>({
    texts: credentialTexts,
    bodyOf: ({ acceptFailing, acceptAnother, [kind]: typed }) => ({ [kind]: typed, acceptFailing, acceptAnother }),
    contract: updateClusterBody,
  })
const forms = { reader: formFor('reader'), root: formFor('root') }

export interface CredentialDialogProps {
  cluster: ClusterDetailView
  kind: UserKind
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Sets or replaces a user of the etcd: the new one is tried before the old one is forgotten. */
export function CredentialDialog({ kind, ...props }: CredentialDialogProps) {
  const { cluster, onOpenChange } = props
  const { name, reader, root } = cluster
  const t = useTranslations('clusters.credential')
  const tried = useTriedForm<CredentialTexts>({
    cluster,
    schema: forms[kind],
    defaultValues: {
      reader: { username: reader?.username ?? '', password: '' },
      root: { username: root?.username ?? '', password: '' },
      acceptFailing: false,
      acceptAnother: false,
    },
    onDone: () => {
      onOpenChange(false)
      toast.ok(t('done', { name }))
    },
  })
  return (
    <TriedDialog
      {...props}
      title={t(`${kind}Title`, { name })}
      description={t('description')}
      tried={tried}
      accepts={{ failing: 'acceptFailing', another: 'acceptAnother' }}
      endpointCount={cluster.endpoints.length}
      extra={<RemoveUser {...props} kind={kind} />}
    >
      <UserFields form={tried.form} kind={kind} username={`${kind}.username`} password={`${kind}.password`} />
    </TriedDialog>
  )
}

/** Takes the user away; what then does not work is said before. */
function RemoveUser({ cluster, kind, onOpenChange }: Omit<CredentialDialogProps, 'open'>) {
  const t = useTranslations('clusters.credential')
  const [isAsking, setAsking] = useState(false)
  const path = `/clusters/${cluster.id}`
  const change = useApiMutation({ invalidates: ['/clusters', path] })
  if (!cluster[kind]) return null
  return (
    <>
      <Button variant="ghost" icon={<Trash2 aria-hidden="true" />} onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={t('removeTitle', { username: cluster[kind].username })}
        description={t(`${kind}Removed`)}
        confirmLabel={t('remove')}
        onConfirm={async () => {
          await change.mutateAsync({ method: 'PATCH', path, body: { [kind]: null } })
          onOpenChange(false)
          toast.ok(t('removed', { name: cluster.name }))
        }}
      />
    </>
  )
}
