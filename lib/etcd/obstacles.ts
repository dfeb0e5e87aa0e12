/** What says that nobody is there; the other obstacles leave open what the member does. */
const absences: ReadonlySet<string> = new Set([
  ...['connection-refused', 'connection-reset', 'connection-timed-out', 'host-unreachable', 'timed-out'],
  ...['etcd-timeout', 'etcd-timed-out', 'tls-timed-out', 'not-started'],
])

/** What is wrong with an address itself, wherever one stands; the others are about the way there. */
const badAddresses: ReadonlySet<string> = new Set([
  ...['address-denied', 'address-malformed', 'name-unknown', 'no-usable-address'],
])

/** Whether what stood in the way of asking a member says that it is down. */
export function saysNobodyIsThere(reason: string): boolean {
  return absences.has(reason)
}

/** Whether what stood in the way of asking a member is the address it advertises. */
export function saysAddressIsBad(reason: string): boolean {
  return badAddresses.has(reason)
}
