import { AppError } from '#lib/errors.ts'
import { log } from '#lib/log.ts'
import { countLeases, dropLease, renewLeases, takeLease } from '#lib/queue/leases.ts'
import type { LiveStream } from './live-stream.ts'

/** A place is renewed every few seconds; those of a process that died fall free within this time. */
const placeTtlMs = 20_000

const placeOf = ({ tenantId, id }: LiveStream) => ({ pool: poolOf(tenantId), id })
const poolOf = (tenantId: string) => `live-streams:${tenantId}`

interface Room {
  limit: number
  /** Streams of the team in this process, which alone count while Redis is away. */
  openHere: number
}

/** Takes one of the team's places, counted over all processes. Throws `quota-exceeded`. */
export async function takePlace(stream: LiveStream, { limit, openHere }: Room): Promise<void> {
  const { isTaken, used } = await askForPlace(stream, { limit, openHere })
  if (isTaken) return
  throw new AppError('quota-exceeded', `${used} of ${limit} live streams are open`, {
    details: { quota: 'live-streams', limit, used },
  })
}

async function askForPlace(stream: LiveStream, { limit, openHere }: Room) {
  try {
    return await takeLease(placeOf(stream), { limit, ttlMs: placeTtlMs })
  } catch (error) {
    log().debug({ err: error }, 'redis is away: live streams are counted per process')
    return { isTaken: openHere < limit, used: openHere }
  }
}

/** Keeps the places of open streams. */
export async function renewPlaces(streams: readonly LiveStream[]): Promise<void> {
  try {
    await renewLeases(streams.map(placeOf), placeTtlMs)
  } catch (error) {
    log().debug({ err: error }, 'redis is away: places of live streams could not be renewed')
  }
}

export async function leavePlace(stream: LiveStream): Promise<void> {
  try {
    await dropLease(placeOf(stream))
  } catch (error) {
    log().debug({ err: error }, 'redis is away: a place falls free by itself')
  }
}

/** How many live streams a team has open, over all processes; undefined while Redis is away. */
export async function countLiveStreams(tenantId: string): Promise<number | undefined> {
  try {
    return await countLeases(poolOf(tenantId))
  } catch {
    return undefined
  }
}
