'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { useSubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { UserKind } from '#app/(console)/clusters/_components/access/user-fields.tsx'
import type { CertificateView, ClusterDetailView } from '#lib/contracts/clusters.ts'
import { AccessDialog } from './access-dialog.tsx'
import { CredentialDialog } from './credential-dialog.tsx'

/** How the cluster is reached: addresses, certificates, users. Secrets are set and replaced, never shown. */
export function AccessTab({ cluster }: { cluster: ClusterDetailView }) {
  const { can } = usePermissions()
  const way = useSubjectDialog<true>()
  const user = useSubjectDialog<UserKind>()
  const mayChange = can('clusters:write')
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <WayPanel cluster={cluster} onChange={mayChange ? () => way.open(true) : undefined} />
      <UsersPanel cluster={cluster} onChange={mayChange ? user.open : undefined} />
      <AccessDialog key={`way ${way.key}`} cluster={cluster} open={way.isOpen} onOpenChange={way.setOpen} />
      <CredentialDialog
        key={`user ${user.key}`}
        cluster={cluster}
        kind={user.subject ?? 'reader'}
        open={user.isOpen}
        onOpenChange={user.setOpen}
      />
    </div>
  )
}

function WayPanel({ cluster, onChange }: { cluster: ClusterDetailView; onChange: (() => void) | undefined }) {
  const t = useTranslations('clusters.access')
  const fields = useTranslations('clusters.fields')
  const { endpoints, tls, addressMap, network, etcdClusterId } = cluster
  const mapped = Object.entries(addressMap)
  return (
    <Panel
      title={t('wayTitle')}
      actions={
        onChange ? (
          <Button size="sm" onClick={onChange}>
            {t('changeWay')}
          </Button>
        ) : null
      }
    >
      <DescriptionList
        items={[
          { id: 'endpoints', term: fields('endpoints'), detail: <Lines lines={endpoints} /> },
          { id: 'tls', term: t('tls'), detail: tls.isOn ? t('tlsOn') : <Badge tone="warn">{t('tlsOff')}</Badge> },
          ...(tls.isOn
            ? [{ id: 'ca', term: fields('ca'), detail: <Certificates list={tls.ca} none={t('publicCas')} /> }]
            : []),
          {
            id: 'client',
            term: fields('clientCert'),
            detail: <Certificates list={tls.clientCertificate ? [tls.clientCertificate] : []} none={t('none')} />,
          },
          ...(tls.serverName
            ? [{ id: 'name', term: fields('serverName'), detail: <Lines lines={[tls.serverName]} /> }]
            : []),
          {
            id: 'map',
            term: fields('addressMap'),
            detail: mapped.length === 0 ? t('none') : <Lines lines={mapped.map(([from, to]) => `${from} → ${to}`)} />,
          },
          { id: 'network', term: fields('network'), detail: <Lines lines={[network]} /> },
          { id: 'id', term: t('etcdId'), detail: etcdClusterId ? <EtcdId decimal={etcdClusterId} /> : null },
        ]}
      />
    </Panel>
  )
}

/** As the log of etcd writes it; etcdctl and the API print the decimal. */
function EtcdId({ decimal }: { decimal: string }) {
  return (
    <span title={decimal}>
      <Lines lines={[BigInt(decimal).toString(16)]} />
    </span>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <span className="block font-mono text-sm" translate="no">
      {lines.map((line) => (
        <span key={line} className="block">
          {line}
        </span>
      ))}
    </span>
  )
}

function Certificates({ list, none }: { list: readonly CertificateView[]; none: ReactNode }) {
  const t = useTranslations('clusters.access')
  if (list.length === 0) return none
  return (
    <ul className="flex flex-col gap-1.5">
      {list.map(({ subject, issuer, notAfter }) => (
        <li key={`${subject} ${notAfter}`}>
          <span className="block font-mono text-sm" translate="no">
            {subject}
          </span>
          <span className="block text-muted text-sm">
            {t.rich('certificate', { issuer, time: () => <Time value={notAfter} format="date" /> })}
          </span>
        </li>
      ))}
    </ul>
  )
}

interface UsersPanelProps {
  cluster: ClusterDetailView
  onChange: ((kind: UserKind) => void) | undefined
}

const kinds = ['reader', 'root'] as const

function UsersPanel({ cluster, onChange }: UsersPanelProps) {
  const t = useTranslations('clusters.access')
  return (
    <Panel title={t('usersTitle')} description={t('usersDescription')}>
      <div className="flex flex-col divide-y divide-line">
        {kinds.map((kind) => (
          <UserLine key={kind} kind={kind} user={cluster[kind]} onChange={onChange} />
        ))}
      </div>
    </Panel>
  )
}

interface UserLineProps extends Pick<UsersPanelProps, 'onChange'> {
  kind: UserKind
  user: ClusterDetailView['reader']
}

function UserLine({ kind, user, onChange }: UserLineProps) {
  const t = useTranslations('clusters.access')
  const action = user ? t('replace') : t('set')
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {t(`${kind}Title`)}
          {user ? <Badge tone="ok">{t('isSet')}</Badge> : <Badge tone="unknown">{t('notSet')}</Badge>}
        </p>
        {user ? (
          <p className="text-muted text-sm">
            {t.rich('setBy', {
              username: user.username,
              who: user.changedBy,
              time: () => <Time value={user.changedAt} />,
            })}
          </p>
        ) : (
          <p className="text-muted text-sm">{t(`${kind}Missing`)}</p>
        )}
      </div>
      {onChange ? (
        <Button size="sm" onClick={() => onChange(kind)} aria-label={t(`${kind}Change`, { action })}>
          {action}
        </Button>
      ) : null}
    </div>
  )
}
