'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { createContext, use } from 'react'

/** Whose settings hold where a plan sets nothing: the team's below a cluster, the product's below the team. */
type SettingsBelow = 'team' | 'product'

const Below = createContext<SettingsBelow>('team')

export function SettingsBelowProvider({ below, children }: { below: SettingsBelow; children: ReactNode }) {
  return <Below value={below}>{children}</Below>
}

interface BelowWords {
  /** The choice that sets nothing here. */
  choice: (value: string) => string
  /** What holds below, beside a setting of one's own. */
  has: (value: string) => string
  own: string
  takeBack: string
  takeBackOf: (name: string) => string
}

/** How settings of the layer below are spoken of. */
export function useBelowWords(): BelowWords {
  const team = useTranslations('cluster-backups.settings')
  const product = useTranslations('backups.settings')
  if (use(Below) === 'product') {
    return {
      choice: (value) => product('asProductOf', { value }),
      has: (value) => product('productHas', { value }),
      own: product('own'),
      takeBack: product('asProduct'),
      takeBackOf: (name) => product('takeBack', { name }),
    }
  }
  return {
    choice: (value) => team('asTeamOf', { value }),
    has: (value) => team('teamHas', { value }),
    own: team('own'),
    takeBack: team('asTeam'),
    takeBackOf: (name) => team('takeBack', { name }),
  }
}
