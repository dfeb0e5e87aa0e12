'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { ShownCertificate } from './read-certificate.ts'

interface CertificateFactsProps {
  certificate: ShownCertificate
  keyId: string
  rpoSeconds: number | undefined
}

/** What was proven, and how the document says who says so. */
export function CertificateFacts({ certificate, keyId, rpoSeconds }: CertificateFactsProps) {
  const t = useTranslations('drills.certificate')
  const { duration, wide } = useQuantityText()
  const { team, cluster, etcdClusterId, backup, etcdVersion, tookMs, startedAt, endedAt } = certificate
  return (
    <>
      <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-2 print:grid-cols-2">
        <Figure term={t('rto')} hint={t('rtoHint')}>
          {duration(tookMs)}
        </Figure>
        <Figure term={t('rpo')} hint={t('rpoHint')}>
          {rpoSeconds === undefined ? t('rpoNone') : duration(rpoSeconds * 1_000)}
        </Figure>
      </dl>
      <Facts title={t('what')}>
        <DescriptionList
          items={[
            { id: 'cluster', term: t('cluster'), detail: cluster.name },
            { id: 'team', term: t('team'), detail: team.name },
            { id: 'etcd', term: t('etcdCluster'), detail: <Code text={etcdClusterId} /> },
            { id: 'taken', term: t('taken'), detail: <Time value={backup.takenAt} format="absolute" /> },
            { id: 'revision', term: t('revision'), detail: wide(backup.revision) },
            { id: 'object', term: t('objectKey'), detail: <Code text={backup.objectKey} /> },
            { id: 'snapshot', term: t('snapshotSha256'), detail: <Code text={backup.snapshotSha256} /> },
            { id: 'stored', term: t('storedSha256'), detail: <Code text={backup.storedSha256} /> },
            { id: 'version', term: t('version'), detail: etcdVersion },
            { id: 'began', term: t('began'), detail: <Time value={startedAt} format="absolute" /> },
            { id: 'ended', term: t('ended'), detail: <Time value={endedAt} format="absolute" /> },
          ]}
        />
      </Facts>
      <Facts title={t('identity')}>
        <DescriptionList
          items={[
            { id: 'key', term: t('keyId'), detail: <Code text={keyId} /> },
            { id: 'algorithm', term: t('algorithm'), detail: t('algorithmText') },
            { id: 'drill', term: t('drillId'), detail: <Code text={certificate.drillId} /> },
            { id: 'backup', term: t('backupId'), detail: <Code text={backup.id} /> },
          ]}
        />
      </Facts>
    </>
  )
}

function Figure({ term, hint, children }: { term: string; hint: string; children: ReactNode }) {
  return (
    <div className="bg-surface p-4">
      <dt className="text-muted text-sm">{term}</dt>
      <dd>
        <span className="block font-semibold text-xl tabular-nums">{children}</span>
        <span className="block text-muted text-sm">{hint}</span>
      </dd>
    </div>
  )
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="break-inside-avoid">
      <h3 className="mb-1 font-semibold text-lg">{title}</h3>
      {children}
    </section>
  )
}

function Code({ text }: { text: string }) {
  return (
    <code translate="no" className="font-mono text-sm">
      {text}
    </code>
  )
}
