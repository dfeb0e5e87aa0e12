declare const brand: unique symbol

/**
 * A server we started ourselves. No grant covers those, and none is needed: holding one is the permission. Only
 * `makeOwnEndpoint` makes them, and only `lib/etcd-server` may call it; an object that merely looks like one is refused.
 */
export interface OwnEndpoint {
  /** IP address */
  readonly address: string
  readonly port: number
  readonly [brand]: 'own endpoint'
}

/** Somewhere a person, a file or a server named, which is judged before anything connects. */
export interface NamedEndpoint {
  /** A name, or an IP address; IPv6 with or without brackets. */
  readonly host: string
  readonly port: number
}

export type Destination = NamedEndpoint | OwnEndpoint
