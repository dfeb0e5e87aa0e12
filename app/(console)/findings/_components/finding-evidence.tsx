'use client'

import { useFormatter } from 'next-intl'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { Evidence } from '#lib/contracts/evidence.ts'
import { useInspectionWords } from './use-inspection-words.ts'

/** Evidence that only chooses between two wordings of a sentence. */
const onlyForWording = [
  'owner',
  'permissions',
  'quotaSource',
  'isReclaimable',
  'isTooFar',
  'hasRoot',
  'demandsCertificate',
]

/** What an inspection writes where it knows nothing. */
const nothing = ['none', 'unknown', '']

/** What a finding rests on, one fact a line. */
export function FindingEvidence({ evidence, title }: { evidence: Evidence; title: string }) {
  const nameOf = useKeyTranslator('findings')
  const words = useInspectionWords()
  const format = useFormatter()
  const facts = Object.entries(evidence).filter(
    ([name, value]) => !(onlyForWording.includes(name) || nothing.includes(String(value))),
  )
  if (facts.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <dl className="divide-y divide-line">
        {facts.map(([name, value]) => (
          <div key={name} className="grid gap-x-6 gap-y-0.5 py-1.5 sm:grid-cols-[11rem_1fr] sm:items-baseline">
            <dt className="text-muted text-sm">{nameOf(`evidence.${name}`, {}, name)}</dt>
            <dd translate="no" className="min-w-0 text-sm tabular-nums [overflow-wrap:anywhere]">
              {typeof value === 'number'
                ? format.number(value)
                : words.fact(name, value).map((line) => (
                    <span key={line} className="block">
                      {line}
                    </span>
                  ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
