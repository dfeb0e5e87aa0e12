import type { KeyValue } from './keys.ts'

export interface KeyEvent {
  readonly kind: 'put' | 'delete'
  /** For a deletion only key and mod revision say something. */
  readonly entry: KeyValue
  /** What was there before, where it was asked for and not compacted. */
  readonly previous: KeyValue | undefined
}
