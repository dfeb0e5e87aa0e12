'use client'

import { useTranslations } from 'next-intl'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import { Fact } from './fact.tsx'

/** Evidence that only chooses between two wordings of the sentence. */
const onlyForWording = ['who', 'trusted', 'kind', 'field', 'hasRoot', 'demandsCertificate', 'grant']

/** What a finding rests on, one fact a line. */
export function Facts({ evidence, isOpen }: { evidence: StageResult['evidence']; isOpen: boolean }) {
  const t = useTranslations('clusters.look')
  const nameOf = useKeyTranslator('clusters')
  const facts = Object.entries(evidence).filter(([name]) => !onlyForWording.includes(name))
  if (facts.length === 0) return null
  return (
    <details open={isOpen}>
      <summary className="w-fit rounded-sm text-muted text-sm hover:text-ink">{t('facts')}</summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{nameOf(`evidence.${name}`, {}, name)}</dt>
            <dd translate="no" className="min-w-0 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
              <Fact name={name} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
