import { readFileSync } from 'node:fs'

const established = '01'

/** Connections to the fleet's addresses, as the kernel knows them: those that are open, and all that were ever seen. */
export class SocketWatch {
  readonly #ports: ReadonlySet<number>
  readonly #securedPorts: ReadonlySet<number>
  readonly #seen = new Set<string>()
  #secured = 0
  #open = 0

  constructor({ plain, secured }: { plain: readonly number[]; secured: readonly number[] }) {
    this.#ports = new Set([...plain, ...secured])
    this.#securedPorts = new Set(secured)
  }

  /** Open when last looked. */
  get open(): number {
    return this.#open
  }

  /** Ever seen, and those of them that began with a TLS handshake. */
  get seen(): { all: number; secured: number } {
    return { all: this.#seen.size, secured: this.#secured }
  }

  /** A connection that was closed stands in the table for another minute, so one look in 20 s misses next to none. */
  look(): void {
    let open = 0
    for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n')) {
      const [, local = '', remote = '', state] = line.trim().split(/\s+/)
      const way = this.#toFleet(local, remote)
      if (!way) continue
      if (state === established && way.isClient) open += 1
      if (this.#seen.has(way.key)) continue
      this.#seen.add(way.key)
      if (this.#securedPorts.has(way.port)) this.#secured += 1
    }
    this.#open = open
  }

  /** One connection has two ends on this machine, and whoever closed it first is remembered. */
  #toFleet(local: string, remote: string): { key: string; port: number; isClient: boolean } | undefined {
    if (this.#isMember(remote)) return { key: `${local} ${remote}`, port: portOf(remote), isClient: true }
    if (this.#isMember(local)) return { key: `${remote} ${local}`, port: portOf(local), isClient: false }
  }

  /** At an address of the fleet: 127.1.0.0 and on, written in the order of this machine's bytes. */
  #isMember(socket: string): boolean {
    return socket.slice(6, 8) === '7F' && socket.slice(4, 6) !== '00' && this.#ports.has(portOf(socket))
  }
}

function portOf(socket: string): number {
  return Number.parseInt(socket.slice(9), 16)
}
