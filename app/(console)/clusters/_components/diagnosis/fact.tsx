'use client'

import { useTranslations } from 'next-intl'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import { decimalId } from './decimal-id.ts'
import { useFindingText } from './use-finding-text.ts'

interface FactProps {
  name: string
  value: StageResult['evidence'][string]
}

/** One piece of evidence. Ids are hexadecimal, as in the log of etcd; in decimal, as etcdctl prints them, they are told beside. */
export function Fact({ name, value }: FactProps) {
  const text = useFindingText()
  if (name === 'clusters' && Array.isArray(value)) return value.map((one) => <OneOfClusters key={one} text={one} />)
  const decimal = /^(cluster|member)Id$/.test(name) ? decimalId(String(value)) : undefined
  return decimal ? <span title={decimal}>{text.fact(value)}</span> : text.fact(value)
}

/** `cdf818194e3a8c32: https://a https://b`, with the id as the copied line prints it. */
function OneOfClusters({ text }: { text: string }) {
  const t = useTranslations('clusters.look')
  const [id = ''] = text.split(':')
  const decimal = decimalId(id)
  return (
    <span className="block not-first:mt-1">
      {text}
      {decimal ? <span className="block text-muted">{t('decimal', { id: decimal })}</span> : null}
    </span>
  )
}
