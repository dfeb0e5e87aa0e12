import { AppError } from '#lib/errors.ts'

/**
 * What an object turned out to be instead of what was stored: none of ours, with an impossible header, cut at its end, changed
 * inside, longer than it was, not what its packing makes, or of another length than its manifest says.
 */
export type DamageCause =
  | 'not-encrypted'
  | 'header'
  | 'truncated'
  | 'altered'
  | 'extended'
  | 'not-unpackable'
  | 'wrong-size'

/** @param words go on after "The backup", for the log */
export function damaged(cause: DamageCause, words: string, at: { chunk?: number } = {}): AppError {
  return new AppError('backup-damaged', `The backup ${words}`, { details: { cause, ...at } })
}
