import { inspect } from 'node:util'
import { redacted } from './redact.ts'

/**
 * A value that cannot be logged, serialised or interpolated by accident: every road out says `[redacted]`, but `reveal()`.
 * Whoever calls `reveal()` does so at the last moment, next to the use.
 */
export class Secret<Value> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  reveal(): Value {
    return this.#value
  }

  toJSON(): string {
    return redacted
  }

  toString(): string {
    return redacted
  }

  [inspect.custom](): string {
    return redacted
  }
}
