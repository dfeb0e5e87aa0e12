'use client'

import { useTranslations } from 'next-intl'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { S3Settings, TargetView } from '#lib/contracts/storage-targets.ts'

/** How a place is reached, and what lies in it. */
export function TargetFacts({ target }: { target: TargetView }) {
  const t = useTranslations('storage')
  const { size, wide } = useQuantityText()
  const { kind, settings, isEncrypted, probedAt, comparedAt, createdAt, backups, storedBytes } = target
  const bucket = useBucketFacts(settings)
  const moment = (value: string | null) => (value === null ? null : <Time value={value} format="absolute" />)
  return (
    <DescriptionList
      items={[
        { id: 'kind', term: t('facts.kind'), detail: t(`kinds.${kind}`) },
        ...bucket,
        {
          id: 'encryption',
          term: t('facts.encryption'),
          detail: t(`facts.${isEncrypted ? 'encrypted' : 'notEncrypted'}`),
        },
        { id: 'backups', term: t('facts.backups'), detail: wide(String(backups)) },
        { id: 'stored', term: t('facts.stored'), detail: size(storedBytes) },
        { id: 'probed', term: t('facts.probed'), detail: moment(probedAt) },
        { id: 'compared', term: t('facts.compared'), detail: moment(comparedAt) },
        { id: 'created', term: t('facts.created'), detail: moment(createdAt) },
      ]}
    />
  )
}

function useBucketFacts(settings: S3Settings | null) {
  const t = useTranslations('storage.facts')
  if (settings === null) return []
  const { endpoint, region, bucket, prefix, pathStyle, accessKeyId, caPem } = settings
  return [
    { id: 'endpoint', term: t('endpoint'), detail: endpoint ?? t('aws') },
    { id: 'region', term: t('region'), detail: region },
    { id: 'bucket', term: t('bucket'), detail: bucket },
    { id: 'prefix', term: t('prefix'), detail: prefix === '' ? t('noPrefix') : prefix },
    { id: 'addressing', term: t('addressing'), detail: t(pathStyle ? 'pathStyle' : 'virtualHost') },
    { id: 'accessKey', term: t('accessKey'), detail: <code className="font-mono text-sm">{accessKeyId}</code> },
    { id: 'ca', term: t('ca'), detail: t(caPem === undefined ? 'publicCa' : 'ownCa') },
  ]
}
