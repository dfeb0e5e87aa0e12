'use client'

import { useTranslations } from 'next-intl'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { Badge } from '../ui/badge.tsx'
import type { Tone } from '../ui/tone.tsx'

const tones = { proven: 'ok', disproven: 'danger', 'not-proven': 'unknown' } as const satisfies Record<string, Tone>

export type ProofState = keyof typeof tones

/** What the newest drill of a backup proved; undefined while none has ended. */
export function proofStateOf({ proof }: Pick<BackupView, 'proof'>): ProofState | undefined {
  const states = Object.keys(tones) as ProofState[]
  return states.find((state) => state === proof?.state)
}

/** What the newest drill of a backup proved, in a word. */
export function BackupProof({ backup }: { backup: Pick<BackupView, 'proof'> }) {
  const t = useTranslations('backups.proofs')
  const state = proofStateOf(backup)
  if (state === undefined) return <span className="whitespace-nowrap text-muted text-sm">{t('none')}</span>
  return <Badge tone={tones[state]}>{t(state)}</Badge>
}
