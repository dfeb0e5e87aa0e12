/** What a key press may mean to the console as a whole. */
export type KeyCommand = 'palette' | 'help' | 'search' | { goTo: string }

export interface Stroke {
  key: string
  /** Ctrl or Command. */
  hasMod: boolean
  hasAlt: boolean
  /** The press goes to a field, a menu, a dialog or an input method: single keys are not ours then. */
  isTaken: boolean
  atMs: number
}

/** A `g` that waits for its second key. */
export interface KeyMemory {
  prefixAtMs: number | undefined
}

export const nothingPressed: KeyMemory = { prefixAtMs: undefined }

/** How long a `g` waits for its second key. */
const sequenceMaxMs = 1_500

export interface KeyMeaning {
  memory: KeyMemory
  command?: KeyCommand
}

const singleKeys: Record<string, KeyCommand> = { '?': 'help', '/': 'search' }

/** Reads one key press in the light of the one before; `goToKeys` are the second keys that lead somewhere. */
export function meaningOf(stroke: Stroke, memory: KeyMemory, goToKeys: ReadonlySet<string>): KeyMeaning {
  const key = stroke.key.toLowerCase()
  if (stroke.hasMod) return key === 'k' && !stroke.hasAlt ? { memory: nothingPressed, command: 'palette' } : { memory }
  if (stroke.isTaken || stroke.hasAlt) return { memory: nothingPressed }
  if (isWaiting(memory, stroke.atMs) && goToKeys.has(key)) return { memory: nothingPressed, command: { goTo: key } }
  if (key === 'g') return { memory: { prefixAtMs: stroke.atMs } }
  // Shift alone is pressed on the way to a question mark.
  if (key === 'shift') return { memory }
  const command = singleKeys[key]
  return { memory: nothingPressed, ...(command ? { command } : {}) }
}

function isWaiting({ prefixAtMs }: KeyMemory, atMs: number): boolean {
  return prefixAtMs !== undefined && atMs - prefixAtMs <= sequenceMaxMs
}
