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
const readerTexts = z.object({ reader: user, acceptFailing: z.boolean(), acceptAnother: z.boolean() })
const rootTexts = z.object({ root: user, acceptFailing: z.boolean(), acceptAnother: z.boolean() })

const readerForm = textForm<z.infer<typeof readerTexts>, UpdateCluster>({
  texts: readerTexts,
  bodyOf: (typed) => typed,
  contract: updateClusterBody,
})
const rootForm = textForm<z.infer<typeof rootTexts>, UpdateCluster>({
  texts: rootTexts,
  bodyOf: (typed) => typed,
  contract: updateClusterBody,
})

export interface CredentialDialogProps {
  cluster: ClusterDetailView
  kind: UserKind
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Sets or replaces a user of the etcd: the new one is tried before the old one is forgotten. */
export function CredentialDialog({ kind, ...props }: CredentialDialogProps) {
  return kind === 'reader' ? <ReaderDialog {...props} /> : <RootDialog {...props} />
}

type OneKindProps = Omit<CredentialDialogProps, 'kind'>

function ReaderDialog(props: OneKindProps) {
  const { cluster, onOpenChange } = props
  const words = useCredentialWords('reader', cluster)
  const tried = useTriedForm<z.infer<typeof readerTexts>>({
    cluster,
    schema: readerForm,
    defaultValues: {
      reader: { username: cluster.reader?.username ?? '', password: '' },
      acceptFailing: false,
      acceptAnother: false,
    },
    onDone: () => {
      onOpenChange(false)
      toast.ok(words.done)
    },
  })
  return (
    <TriedDialog
      {...props}
      {...words.head}
      tried={tried}
      accepts={{ failing: 'acceptFailing', another: 'acceptAnother' }}
      endpointCount={cluster.endpoints.length}
      extra={<RemoveUser {...props} kind="reader" />}
    >
      <UserFields form={tried.form} kind="reader" username="reader.username" password="reader.password" />
    </TriedDialog>
  )
}

function RootDialog(props: OneKindProps) {
  const { cluster, onOpenChange } = props
  const words = useCredentialWords('root', cluster)
  const tried = useTriedForm<z.infer<typeof rootTexts>>({
    cluster,
    schema: rootForm,
    defaultValues: {
      root: { username: cluster.root?.username ?? '', password: '' },
      acceptFailing: false,
      acceptAnother: false,
    },
    onDone: () => {
      onOpenChange(false)
      toast.ok(words.done)
    },
  })
  return (
    <TriedDialog
      {...props}
      {...words.head}
      tried={tried}
      accepts={{ failing: 'acceptFailing', another: 'acceptAnother' }}
      endpointCount={cluster.endpoints.length}
      extra={<RemoveUser {...props} kind="root" />}
    >
      <UserFields form={tried.form} kind="root" username="root.username" password="root.password" />
    </TriedDialog>
  )
}

function useCredentialWords(kind: UserKind, { name }: ClusterDetailView) {
  const t = useTranslations('clusters.credential')
  return { head: { title: t(`${kind}Title`, { name }), description: t('description') }, done: t('done', { name }) }
}

/** Takes the user away; what then does not work is said before. */
function RemoveUser({ cluster, kind, onOpenChange }: OneKindProps & { kind: UserKind }) {
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
