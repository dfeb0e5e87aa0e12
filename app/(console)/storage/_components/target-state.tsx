'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { TargetView } from '#lib/contracts/storage-targets.ts'

type State = 'works' | 'problem' | 'untried'

const tones: Record<State, Tone> = { works: 'ok', problem: 'danger', untried: 'unknown' }

function stateOf({ problem, probedAt }: TargetView): State {
  if (problem !== null) return 'problem'
  return probedAt === null ? 'untried' : 'works'
}

/** Whether backups reach a place, in a word. */
export function TargetState({ target }: { target: TargetView }) {
  const t = useTranslations('storage.states')
  const state = stateOf(target)
  return <Badge tone={tones[state]}>{t(state)}</Badge>
}

/** What is set of a place, in a word each. */
export function TargetBadges({ target: { isDefault, isEncrypted } }: { target: TargetView }) {
  const t = useTranslations('storage.badges')
  return (
    <>
      {isDefault ? (
        <Badge tone="accent" icon={null}>
          {t('default')}
        </Badge>
      ) : null}
      {isEncrypted ? <Badge icon={null}>{t('encrypted')}</Badge> : null}
    </>
  )
}
