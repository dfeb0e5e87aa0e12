import { loadavg } from 'node:os'
import { print } from '#scripts/steps.ts'
import type { Measured } from './measure.ts'
import { quantiles } from './measure.ts'

/** What the product promises of one worker process. */
const aims = { clustersPerSecond: 60, latenessP99Seconds: 5, memoryMib: 1536 }

export function perSecond({ collections, seconds }: Measured): number {
  return collections / seconds
}

/** A table for people of what one case came to. */
export function describe(title: string, measured: Measured): void {
  const { seconds, collections, samples, signIns, transactions, connections, socketsMax, memoryMib } = measured
  print(`\n${title}`)
  row('collected', `${collections} in ${seconds.toFixed(0)} s: ${perSecond(measured).toFixed(1)} clusters/s`)
  row('samples stored', `${samples}, ${(samples / Math.max(1, collections)).toFixed(2)} a collection`)
  row('transactions', `${(transactions / Math.max(1, collections)).toFixed(2)} a collection`)
  row('memory', `${memoryMib.join(', ')} MiB at most`)
  row('sockets', `${socketsMax} open at most, ${connections.all} opened, ${connections.secured} of them with TLS`)
  row('sign-ins by password', String(signIns))
  row('processors busy', processors(measured))
  row('load of the machine', loadavg()[0]?.toFixed(1) ?? '')
}

export function row(name: string, value: string): void {
  print(`  ${name.padEnd(22)} ${value}`)
}

function processors({ cpu, seconds }: Measured): string {
  const { machine, ...known } = cpu
  const others = Math.max(0, machine - Object.values(known).reduce((sum, one) => sum + one, 0))
  const parts = Object.entries({ ...known, others }).map(([who, used]) => `${who} ${(used / seconds).toFixed(2)}`)
  return parts.join('  ')
}

/** p50, p99 and the longest in seconds, in words. */
export function spell(valuesMs: readonly number[]): string {
  const { p50, p99, longest } = quantiles(valuesMs)
  const [a, b, c] = [p50, p99, longest].map((ms) => (ms / 1000).toFixed(2))
  return `p50 ${a} s   p99 ${b} s   longest ${c} s   (${valuesMs.length})`
}

export function figure(name: string, value: number, unit = ''): void {
  print(`bench collect ${name} ${value}${unit && ` ${unit}`}`)
}

export function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(2))
}

/** The figures of one worker process, and plain words where one falls short of what is promised. */
export function judge({
  rate,
  latenessP99Ms,
  memoryMib,
}: {
  rate?: number
  latenessP99Ms?: number
  memoryMib: number
}) {
  if (rate !== undefined && rate < aims.clustersPerSecond)
    print(`MISSED: ${rate.toFixed(1)} clusters/s, promised are ${aims.clustersPerSecond}`)
  if (latenessP99Ms !== undefined && !(latenessP99Ms <= aims.latenessP99Seconds * 1000))
    print(`MISSED: lateness p99 ${seconds(latenessP99Ms)} s, promised are ${aims.latenessP99Seconds}`)
  if (memoryMib > aims.memoryMib) print(`MISSED: ${memoryMib} MiB, promised are ${aims.memoryMib}`)
}
