import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { closePools } from '#lib/db/pools.ts'
import { closeQueues } from '#lib/queue/publish-jobs.ts'
import { appEnvironment } from '#scripts/app/app-environment.ts'
import { generateSecrets } from '#scripts/secrets.ts'
import { print } from '#scripts/steps.ts'
import { createDatabaseOn, startTestServers } from '#tests/support/servers.ts'
import type { WorkerProcess } from '#tests/support/worker.ts'
import { startBenchEtcds } from './collect/bench-etcds.ts'
import { Fleet } from './collect/fleet.ts'
import { Ledger } from './collect/ledger.ts'
import type { Measured } from './collect/measure.ts'
import { measure, quantiles } from './collect/measure.ts'
import { describe, figure, judge, perSecond, row, seconds, spell } from './collect/report.ts'
import { complaints, withWorkers } from './collect/workers.ts'

// How many clusters a worker collects, how late it is while some of them are in the dark, and what that takes. Everything is
// real: members with TLS and passwords behind addresses of their own, PostgreSQL that waits for its disk, workers as shipped.

const numbers = z
  .string()
  .transform((text) => text.split(',').filter(Boolean).map(Number))
  .pipe(z.array(z.int().positive()))

/** `COLLECT_PACED= COLLECT_MANY= COLLECT_SATURATED=500 npm run bench -- collect` is a quick look. */
const options = z
  .object({
    /** Sizes of the fleets of which all clusters are due all the time. */
    COLLECT_SATURATED: numbers.default([1000, 3000]),
    /** Of those that are collected once a minute while one in ten is in the dark. */
    COLLECT_PACED: numbers.default([3000]),
    /** Of those that three workers share. */
    COLLECT_MANY: numbers.default([6000]),
    /** Enough for a whole round of the largest fleet: not all of its members can stay connected. */
    COLLECT_SECONDS: z.coerce.number().default(60),
    COLLECT_PACED_SECONDS: z.coerce.number().default(180),
    /** More words for the workers' Node: `--cpu-prof --cpu-prof-dir=FOLDER` writes profiles of their processor time. */
    COLLECT_NODE_OPTIONS: z.string().optional(),
    /** A folder into which their logs go. */
    COLLECT_LOGS: z.string().optional(),
  })
  .parse(process.env)

const teamsCount = 100
const oneInDark = 10
const periodSeconds = 60
const workersTogether = 3
const warmUpMaxMs = 10 * 60_000

const servers = await startTestServers({ waitsForDisk: true })
try {
  const database = await createDatabaseOn(servers.info)
  const secrets = generateSecrets()
  const env = {
    ...appEnvironment({ databaseUrls: database.urls, redisUrl: servers.info.redisUrl }, secrets),
    PUBLIC_URL: 'http://localhost:3000',
  }
  Object.assign(process.env, env, { LOG_LEVEL: 'error' })
  await using etcds = await startBenchEtcds()
  await run({ database, env, etcds })
} finally {
  await closeQueues()
  await closePools()
  await servers.stop()
}

type World = {
  database: { adminUrl: string }
  env: Record<string, string | undefined>
  etcds: Awaited<ReturnType<typeof startBenchEtcds>>
}

async function run({ database, env, etcds }: World): Promise<void> {
  const ledger = new Ledger(database.adminUrl)
  const fleet = new Fleet(etcds)
  await fleet.addTeams(teamsCount)
  const nodeOptions = options.COLLECT_NODE_OPTIONS
  const workerEnv = { ...definedOnly(env), ...(nodeOptions ? { NODE_OPTIONS: nodeOptions } : {}) }

  /** Workers on the whole fleet, until each of its clusters was collected; then `work` looks on. */
  const withFleet = async (
    { size, workers, pace }: { size: number; workers: number; pace: { everySeconds: number; spreadSeconds: number } },
    work: (look: (seconds: number) => Promise<Measured>) => Promise<void>,
  ) => {
    const newcomers = Math.max(0, size - fleet.size)
    await fleet.growTo(size)
    await ledger.schedule(pace)
    await withWorkers(workerEnv, workers, async (running) => {
      const pids = { ...servers.pids, workers: running.map(({ pid }) => pid), etcds: etcds.pids }
      const firstRoundMs = await waitUntilAllCollected(ledger)
      print(`\nfirst round of ${fleet.size} clusters, ${newcomers} of them new: ${seconds(firstRoundMs)} s`)
      await work((length) => measure({ ledger, etcds, pids }, length, oneInDark))
      for (const said of complaints(running)) row('complaint', said)
      keepLogs(running)
    })
  }

  const alwaysDue = { everySeconds: 1, spreadSeconds: 0 }
  for (const [index, size] of options.COLLECT_SATURATED.entries()) {
    await withFleet({ size, workers: 1, pace: alwaysDue }, async (look) => {
      const measured = await look(options.COLLECT_SECONDS)
      const rate = perSecond(measured)
      describe(`one worker, all of ${fleet.size} clusters always due`, measured)
      const suffixes = index === options.COLLECT_SATURATED.length - 1 ? ['', `_${size}`] : [`_${size}`]
      for (const suffix of suffixes) {
        figure(`clusters_per_second${suffix}`, Number(rate.toFixed(1)), '/s')
        figure(`memory${suffix}`, Math.max(...measured.memoryMib), 'MiB')
        figure(`sockets${suffix}`, measured.socketsMax)
        figure(`tls_handshakes_per_second${suffix}`, perSecondOf(measured, measured.connections.secured), '/s')
        figure(`sign_ins${suffix}`, measured.signIns)
      }
      judge({ rate, memoryMib: Math.max(...measured.memoryMib) })
    })
  }

  for (const size of options.COLLECT_PACED) {
    const pace = { everySeconds: periodSeconds, spreadSeconds: periodSeconds }
    await withFleet({ size, workers: 1, pace }, async (look) => {
      await waitUntilCaughtUp(ledger)
      const dark = await ledger.darken(oneInDark, etcds.blackHole.port)
      const darkening = await look(periodSeconds * 1.25)
      const since = await ledger.now()
      const measured = await look(options.COLLECT_PACED_SECONDS)
      const { healthy, dark: inDark } = measured.lateness
      const all = quantiles([...healthy, ...inDark])
      describe(`one worker, ${fleet.size} clusters once in ${periodSeconds} s, ${dark} of them in the dark`, measured)
      row('late', spell([...healthy, ...inDark]))
      row('late, those that answer', spell(healthy))
      row('late, those in the dark', spell(inDark))
      row('while they went dark', spell(darkening.lateness.healthy))
      row('between two looks', spell(await ledger.gapsMs(since)))
      const { findings, events } = await ledger.countTold()
      row('stored', `${findings} findings, ${events} events`)
      figure('lateness_p50', seconds(all.p50), 's')
      figure('lateness_p99', seconds(all.p99), 's')
      figure('lateness_p50_healthy', seconds(quantiles(healthy).p50), 's')
      figure('lateness_p99_healthy', seconds(quantiles(healthy).p99), 's')
      figure('lateness_p99_darkening', seconds(quantiles(darkening.lateness.healthy).p99), 's')
      figure('memory_paced', Math.max(...measured.memoryMib), 'MiB')
      figure('sockets_paced', measured.socketsMax)
      judge({ latenessP99Ms: all.p99, memoryMib: Math.max(...measured.memoryMib) })
    })
  }

  for (const size of options.COLLECT_MANY) {
    await withFleet({ size, workers: workersTogether, pace: alwaysDue }, async (look) => {
      const measured = await look(options.COLLECT_SECONDS)
      describe(`${workersTogether} workers, all of ${fleet.size} clusters always due`, measured)
      figure('clusters_per_minute_three_workers', Math.round(perSecond(measured) * 60), '/min')
      figure('memory_three_workers', Math.max(...measured.memoryMib), 'MiB')
      figure('sockets_three_workers', measured.socketsMax)
    })
  }
}

function keepLogs(workers: readonly WorkerProcess[]): void {
  const folder = options.COLLECT_LOGS
  if (folder) for (const worker of workers) writeFileSync(join(folder, `${worker.pid}.log`), worker.output())
}

function perSecondOf(measured: Measured, count: number): number {
  return Number((count / measured.seconds).toFixed(1))
}

function definedOnly(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** Milliseconds until every cluster was collected once, with all that is asked at the first time. */
async function waitUntilAllCollected(ledger: Ledger): Promise<number> {
  const beganMs = performance.now()
  const since = await ledger.now()
  while ((await ledger.countUncollected(since)) > 0) {
    if (performance.now() - beganMs > warmUpMaxMs) throw new Error('some clusters are never collected')
    await delay(500)
  }
  return performance.now() - beganMs
}

/** Nothing waits any more that should have begun long ago; a fleet that is too large for its worker never gets there. */
async function waitUntilCaughtUp(ledger: Ledger): Promise<void> {
  const beganMs = performance.now()
  while ((await ledger.countOverdue(1)) > 0 && performance.now() - beganMs < 3 * periodSeconds * 1000) await delay(1000)
}
