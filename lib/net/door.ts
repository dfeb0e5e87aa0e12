import type { AddressPolicy } from './address-policy.ts'

/** What every way out is asked to bring along. */
export interface Door {
  readonly policy: AddressPolicy
  /** Ends the attempt, in whatever phase it is: a deadline, a cancellation, or both. */
  readonly signal: AbortSignal
  /** DNS servers to ask instead of the configured ones, as `address:port`. */
  readonly dnsServers?: readonly string[]
}
