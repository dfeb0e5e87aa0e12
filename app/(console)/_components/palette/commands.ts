import type { ReactNode } from 'react'

export type CommandGroup = 'pages' | 'clusters' | 'actions' | 'teams' | 'appearance'

/** One line of the palette. */
export interface Command {
  id: string
  group: CommandGroup
  label: string
  icon: ReactNode
  /** Further words it is found by. */
  keywords?: string
  /** Keys that do the same, shown at the end. */
  keys?: readonly string[]
  /** A word about its state, shown at the end. */
  note?: string
  /** It is so already: a theme, language or team in force. */
  isCurrent?: boolean
  run: () => void
}

export const commandGroups: readonly CommandGroup[] = ['pages', 'clusters', 'actions', 'teams', 'appearance']
