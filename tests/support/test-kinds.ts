import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { faultPoint } from '#lib/fault-points.ts'
import type { JobDefinition } from '#lib/jobs/job-definitions.ts'
import { addKind } from '#lib/jobs/job-kinds.ts'
import { addStreamKind } from '#lib/jobs/stream-definitions.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { holdStream } from '#lib/services/streams/hold-stream.ts'
import type { Handlers, JobContext } from '#workers/handlers/handler.ts'
import type { StreamContext, Streams } from '#workers/streams/stream.ts'

const workPayload = z.strictObject({ workMs: z.int() })

const manners = { attemptsMax: 3, backoffMs: 200, backoffMaxMs: 1_000, timeoutMs: 60_000 }

const testKinds: Record<string, JobDefinition> = {
  /** Works for a while and leaves one effect. */
  'test-effect': { ...manners, queue: 'test', payload: workPayload },
  /** Works until its signal is aborted, then tidies up. */
  'test-endless': { ...manners, queue: 'test', payload: z.strictObject({}) },
  /** Ends its worker, as a job does that eats all memory. */
  'test-poison': { ...manners, queue: 'test', payload: z.strictObject({}) },
}

/** Makes this process know the test kinds, and so able to ask for them. */
export function addTestKinds(): void {
  for (const [kind, definition] of Object.entries(testKinds)) addKind(kind, definition)
  addStreamKind('test-stream', { payload: z.strictObject({ prefix: z.string().optional() }) })
}

/** The table the effects go to; it keeps nobody from leaving two. */
export const effectsTable = `
  CREATE TABLE test_effect ("jobId" uuid NOT NULL, "attempt" int NOT NULL, "pid" int NOT NULL, "at" timestamptz NOT NULL DEFAULT clock_timestamp());
  GRANT SELECT, INSERT ON test_effect TO kstone_app`

/** Writes one line to the file the test reads: what happens outside of our database. */
function note(line: string): void {
  const file = process.env.TEST_SINK
  if (file) appendFileSync(file, `${line}\n`)
}

export const testHandlers: Handlers = {
  'test-effect': leaveEffect,
  'test-endless': workOn,
  'test-poison': async ({ jobId }: JobContext) => {
    note(`poison ${jobId}`)
    process.kill(process.pid, 'SIGKILL')
    await delay(60_000)
  },
}

/** Reads before it acts, and its one effect is fenced: what every handler owes. */
async function leaveEffect(job: JobContext, { workMs }: { workMs: number }): Promise<{ workMs: number }> {
  note(`begin ${job.jobId} ${job.attempt} ${process.pid}`)
  await delay(workMs / 2, undefined, { signal: job.signal })
  faultPoint('half-way')
  await delay(workMs / 2, undefined, { signal: job.signal })
  await withTenant(job.tenantId, async (db) => {
    await holdJob(db, job)
    await insertOnce(db, job)
  })
  note(`end ${job.jobId} ${job.attempt} ${process.pid}`)
  return { workMs }
}

async function insertOnce(db: Db, { jobId, attempt }: JobContext): Promise<void> {
  await db.$executeRaw`
    INSERT INTO test_effect ("jobId", "attempt", "pid")
    SELECT ${jobId}::uuid, ${attempt}, ${process.pid}
     WHERE NOT EXISTS (SELECT 1 FROM test_effect WHERE "jobId" = ${jobId}::uuid)`
}

async function workOn({ jobId, signal, report }: JobContext): Promise<void> {
  for (let done = 0; !signal.aborted; done += 1) {
    report({ done, total: null, step: 'going-on' })
    await delay(5, undefined, { signal }).catch(() => undefined)
  }
  note(`tidied ${jobId}`)
  throw signal.reason
}

export const testStreams: Streams = { 'test-stream': watchOn }

/** Acts ten times a second, each time after asking whether it still may; each act is also a fenced row. */
async function watchOn(stream: StreamContext): Promise<void> {
  const { tenantId, subjectId, attempt, signal, assertHeld } = stream
  for (;;) {
    await delay(100, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    assertHeld()
    note(`act ${subjectId} ${attempt} ${process.pid} ${Date.now()}`)
    await withTenant(tenantId, (db) => holdStream(db, stream))
  }
}
