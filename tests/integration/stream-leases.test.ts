import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { newId } from '#lib/ids.ts'
import { openStream } from '#lib/services/streams/open-stream.ts'
import type { TakenStream } from '#lib/services/streams/stream-leases.ts'
import { renewStreams, takeStreams } from '#lib/services/streams/stream-leases.ts'
import { addTestKinds } from '#tests/support/test-kinds.ts'
import { createTeam, openWorkplace } from '#tests/support/work-team.ts'

const owner = newId()

beforeAll(async () => {
  await openWorkplace()
  addTestKinds()
})
afterAll(() => closePools())

/** A stream of a new team, in our hands. */
async function openAndTake(): Promise<{ taken: TakenStream; openAgain: (payload: object) => Promise<void> }> {
  const { tenantId } = await createTeam()
  const subjectId = newId()
  const openAgain = (payload: object) =>
    withTenant(tenantId, (db) => openStream(db, { tenantId, kind: 'test-stream', subjectId, payload }))
  await openAgain({})
  const [taken] = await takeStreams(owner, 1)
  if (taken?.subjectId !== subjectId) throw new Error('the stream was not taken')
  return { taken, openAgain }
}

const renew = async (...leases: TakenStream[]) => {
  const { renewed, busy } = await renewStreams(owner, leases)
  return { renewed: renewed.map(({ id }) => id), busy: busy.map(({ id }) => id) }
}

it('a stream that is asked for again stays where it is; with a new payload it is taken from its worker and begins anew', async () => {
  const { taken, openAgain } = await openAndTake()
  await openAgain({})
  expect(await renew(taken)).toEqual({ renewed: [taken.id], busy: [] })
  await openAgain({ prefix: '/registry/' })
  expect(await renew(taken)).toEqual({ renewed: [], busy: [] })
  const [next] = await takeStreams(newId(), 1)
  expect(next).toMatchObject({ id: taken.id, payload: { prefix: '/registry/' } })
  expect(next?.attempt).toBeGreaterThan(taken.attempt)
})

it('a lease that its own stream holds at this moment is no lost one, and keeps none of the others waiting', async () => {
  const [held, free] = [await openAndTake(), await openAndTake()]
  const { tenantId, id } = held.taken
  const [isHeld, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const holding = withTenant(tenantId, async (db) => {
    await db.$queryRaw`SELECT 1 FROM stream_lease WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${id}::uuid FOR UPDATE`
    isHeld.resolve()
    await mayEnd.promise
  })
  await Promise.race([isHeld.promise, holding])
  const renewal = await renew(held.taken, free.taken)
  mayEnd.resolve()
  await holding
  expect(renewal).toEqual({ renewed: [free.taken.id], busy: [id] })
  expect((await renew(held.taken)).renewed).toEqual([id])
})
