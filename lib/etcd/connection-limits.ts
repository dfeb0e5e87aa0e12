import { readFileSync } from 'node:fs'

/** Of a process, for connections to members. A worker may have 1.5 GiB altogether. */
const memoryMaxBytes = 800 * 1024 ** 2
/** What one costs with its TLS, its HTTP/2 session, its gRPC channel and what is remembered of its cluster; measured by the bench `collect`. */
const connectionBytes = 190 * 1024
/** The other quarter is for the database, Redis, files, and people who look at a cluster just now. */
const shareOfDescriptors = 0.75
/** Where the system does not tell. */
const descriptorsAssumed = 1024

/** How many connections to members this process may have open at once: as its memory and its file descriptors allow. */
export function connectionsMax(): number {
  return Math.floor(Math.min(memoryMaxBytes / connectionBytes, descriptorsMax() * shareOfDescriptors))
}

/** The soft limit, which Node raises to the hard one when it starts. */
function descriptorsMax(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
    return Number(soft ?? Number.POSITIVE_INFINITY)
  } catch {
    return descriptorsAssumed
  }
}

/** Of the places of a pool, those through which newcomers pass once all others are taken. */
export function passingPlacesOf(max: number): number {
  return Math.min(passingPlacesMax, Math.ceil(max / 10))
}

/** More than a worker has calls under way, and room for as many that wait for members in the dark. */
const passingPlacesMax = 512
