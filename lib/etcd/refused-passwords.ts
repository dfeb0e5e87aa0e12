import { processWide } from '#lib/process-wide.ts'
import { minuteMs } from '#lib/time.ts'

const keptMs = 10 * minuteMs
const keptMax = 10_000

/** Which passwords were refused lately. Trying one again costs its etcd a bcrypt, and may lock a person out of what is behind it. */
class RefusedPasswords {
  /** By fingerprint, the oldest first. */
  readonly #until = new Map<string, number>()

  add(fingerprint: string): void {
    this.#until.delete(fingerprint)
    this.#until.set(fingerprint, Date.now() + keptMs)
    const [oldest] = this.#until.keys()
    if (this.#until.size > keptMax && oldest !== undefined) this.#until.delete(oldest)
  }

  has(fingerprint: string): boolean {
    return (this.#until.get(fingerprint) ?? 0) > Date.now()
  }
}

export function refusedPasswords(): RefusedPasswords {
  return processWide('etcd refused-passwords', () => new RefusedPasswords())
}
