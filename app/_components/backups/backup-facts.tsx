'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DescriptionList } from '../ui/description-list.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { Time } from '../ui/time.tsx'
import { bytesPerSecondOf, storedPercentOf, tookMsOf } from './backup-numbers.ts'
import { useQuantityText } from './use-quantity-text.ts'

interface Fact {
  id: string
  term: string
  detail: ReactNode
}

/** Only what is known. */
function facts(items: readonly (Fact | false | null | undefined)[]): Fact[] {
  return items.filter((item): item is Fact => Boolean(item))
}

function moment(value: string) {
  return <Time value={value} format="absolute" />
}

/** What the backup is: of what, from whom, when, how large. */
export function BackupFacts({ backup }: { backup: BackupDetailView }) {
  const t = useTranslations('backups.facts')
  const { wide } = useQuantityText()
  const { clusterId, clusterName, revision, compactRevision, keys, entries, member, serverVersion } = backup
  const sizes = useSizes(backup)
  const why = useWhy(backup)
  return (
    <DescriptionList
      items={facts([
        {
          id: 'cluster',
          term: t('cluster'),
          detail: <TextLink href={`/clusters/${clusterId}`}>{clusterName}</TextLink>,
        },
        { id: 'taken', term: t('taken'), detail: moment(backup.takenAt ?? backup.createdAt) },
        backup.verifiedAt !== null && { id: 'verified', term: t('verified'), detail: moment(backup.verifiedAt) },
        backup.missingSince !== null && { id: 'missing', term: t('missing'), detail: moment(backup.missingSince) },
        revision !== null && { id: 'revision', term: t('revision'), detail: wide(revision) },
        compactRevision !== null && { id: 'compacted', term: t('compacted'), detail: wide(compactRevision) },
        keys !== null && { id: 'keys', term: t('keys'), detail: wide(keys) },
        entries !== null && { id: 'entries', term: t('entries'), detail: wide(entries) },
        ...sizes,
        member && {
          id: 'member',
          term: t('member'),
          detail: t('memberOf', { name: member.name || '—', role: member.role, id: hexOf(member.id) }),
        },
        serverVersion !== '' && { id: 'server', term: t('server'), detail: serverVersion },
        { id: 'why', term: t('why'), detail: why },
      ])}
    />
  )
}

/** As etcdctl shows it. */
function hexOf(id: string): string {
  return /^\d+$/.test(id) ? BigInt(id).toString(16) : id
}

function useSizes(backup: BackupDetailView): Fact[] {
  const t = useTranslations('backups')
  const { size, duration } = useQuantityText()
  const { sizeBytes, storedBytes, compression } = backup
  const percent = storedPercentOf(backup)
  const tookMs = tookMsOf(backup)
  const bytesPerSecond = bytesPerSecondOf(backup)
  const packed = compression === 'none' ? t('facts.uncompressed') : compression
  return facts([
    sizeBytes !== null && { id: 'size', term: t('facts.size'), detail: size(sizeBytes) },
    storedBytes !== null &&
      percent !== undefined && {
        id: 'stored',
        term: t('facts.stored'),
        detail: t('facts.packed', { size: size(storedBytes), ratio: t('ratio', { percent }), compression: packed }),
      },
    tookMs !== undefined && {
      id: 'took',
      term: t('facts.took'),
      detail:
        bytesPerSecond === undefined
          ? duration(tookMs)
          : t('facts.tookAt', {
              duration: duration(tookMs),
              throughput: t('perSecond', { size: size(bytesPerSecond) }),
            }),
    },
  ])
}

function useWhy({ reason, requestedBy }: BackupDetailView): string {
  const t = useTranslations('backups.reasons')
  return reason === 'schedule' || requestedBy === '' ? t(reason) : `${t(reason)} · ${requestedBy}`
}

/** Where the backup lies, and by what it can be told from any other. */
export function BackupPlace({ backup }: { backup: BackupDetailView }) {
  const t = useTranslations('backups.facts')
  const { target, targetName, objectKey, sha256, storedSha256, etcdClusterId, isEncrypted, id } = backup
  const code = (name: string, text: string): Fact | false =>
    text !== '' && {
      id: name,
      term: name,
      detail: (
        <span className="flex items-start justify-between gap-2">
          <code className="min-w-0 font-mono text-xs leading-5 [overflow-wrap:anywhere]">{text}</code>
          <CopyButton text={text} label={t('copy', { name })} />
        </span>
      ),
    }
  return (
    <DescriptionList
      items={facts([
        { id: 'target', term: t('target'), detail: <TextLink href="/storage">{targetName}</TextLink> },
        target.kind !== 'directory' && { id: 'place', term: t('placeText'), detail: target.place },
        { id: 'encryption', term: t('encryption'), detail: t(isEncrypted ? 'encrypted' : 'notEncrypted') },
        code(t('objectKey'), objectKey),
        code(t('sha256'), sha256),
        code(t('storedSha256'), storedSha256),
        etcdClusterId !== '' && code(t('etcdCluster'), hexOf(etcdClusterId)),
        code(t('id'), id),
      ])}
    />
  )
}
