import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { newId } from '#lib/ids.ts'
import { passwordOf, storeCredential } from '#lib/services/clusters/cluster-secrets.ts'
import { keepCollection } from '#lib/services/collections/keep-collection.ts'
import { createTeam } from '#tests/support/work-team.ts'
import type { BenchEtcds } from './bench-etcds.ts'
import { readerUser, rootUser } from './bench-etcds.ts'

const membersPerCluster = 3
/** Of its last byte: neither 0 nor 255. */
const hostsPerBlock = 254

/** 127.1.0.1 and on, for members counted through the whole fleet: nobody else uses these. */
function memberAddress(place: number): string {
  const block = Math.floor(place / hostsPerBlock)
  return `127.${1 + (block >> 8)}.${block & 255}.${1 + (place % hostsPerBlock)}`
}

/** Clusters of many teams, each at addresses of its own, all of them in truth one of two etcds. Every second one is secured. */
export class Fleet {
  readonly #etcds: BenchEtcds
  readonly #teams: string[] = []
  #size = 0

  constructor(etcds: BenchEtcds) {
    this.#etcds = etcds
  }

  get size(): number {
    return this.#size
  }

  async addTeams(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) this.#teams.push((await createTeam({ plan: 'enterprise' })).tenantId)
  }

  /** Adds clusters, to all teams in turn, until there are so many. */
  async growTo(size: number): Promise<void> {
    const numbers = Array.from({ length: Math.max(0, size - this.#size) }, (_, index) => this.#size + index)
    const shares = Map.groupBy(numbers, (number) => this.#teams[number % this.#teams.length] ?? '')
    for (const [tenantId, share] of shares) await this.#add(tenantId, share)
    this.#size = Math.max(size, this.#size)
  }

  async #add(tenantId: string, numbers: readonly number[]): Promise<void> {
    const places = numbers.map((number) => this.#placeOf(number))
    await withSystem((db) =>
      db.addressGrant.createMany({
        data: places.flatMap(({ sockets }) =>
          sockets.flatMap(({ address, port }) =>
            [port, this.#etcds.blackHole.port].map((one) => ({ tenantId, address, port: one })),
          ),
        ),
      }),
    )
    await withTenant(tenantId, async (db) => {
      await db.cluster.createMany({ data: places.map(({ row }) => ({ tenantId, ...row })) })
      for (const { row, isSecured } of places) {
        const place = { tenantId, clusterId: row.id, changedBy: 'bench' }
        if (isSecured) {
          await storeCredential(db, place, passwordOf('reader', readerUser))
          await storeCredential(db, place, passwordOf('root', rootUser))
        }
        await keepCollection(db, { ...place, pausedAt: null })
      }
    })
  }

  #placeOf(number: number) {
    const isSecured = number % 2 === 1
    const etcd: RunningEtcd = isSecured ? this.#etcds.secured : this.#etcds.plain
    const sockets = etcd.members.map(({ clientUrl }, index) => {
      const advertised = new URL(clientUrl).host
      return { advertised, address: memberAddress(number * membersPerCluster + index), port: portOf(clientUrl) }
    })
    const row = {
      id: newId(),
      name: `cluster-${String(number).padStart(5, '0')}`,
      provider: 'imported',
      labels: { env: number % 5 === 0 ? 'prod' : 'test' },
      endpoints: sockets.map(({ address, port }) => `${isSecured ? 'https' : 'http'}://${address}:${port}`),
      addressMap: Object.fromEntries(
        sockets.map(({ advertised, address, port }) => [advertised, `${address}:${port}`]),
      ),
      tls: isSecured ? { caPem: etcd.tls?.caPem ?? '', serverName: 'localhost' } : {},
    }
    return { row, sockets, isSecured }
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
