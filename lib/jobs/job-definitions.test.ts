import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jobKinds } from '#lib/contracts/jobs.ts'
import { backoffOf, jobDefinitions, queues } from './job-definitions.ts'
import { findKind } from './job-kinds.ts'

describe('the table of jobs', () => {
  it('names only queues that have workers, and kinds that are fit for a queue id', () => {
    for (const [kind, { queue }] of Object.entries(jobDefinitions)) {
      expect(queues).toHaveProperty(queue)
      expect(kind).toMatch(/^[a-z]+(-[a-z]+)*$/)
    }
  })

  it('has the kinds the contract has words for, and no other', () => {
    expect(Object.keys(jobDefinitions).toSorted()).toEqual([...jobKinds].toSorted())
  })

  it('knows its own kinds and no other', () => {
    expect(findKind('send-invitation-mail')).toBeDefined()
    expect(findKind('take-over-the-world')).toBeUndefined()
    expect(findKind('toString')).toBeUndefined()
  })

  it('waits longer after each attempt, never longer than the bound', () => {
    const definition = { ...jobDefinitions['send-invitation-mail'] }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const pauseMs = backoffOf(definition, attempt, random)
        expect(pauseMs).toBeGreaterThanOrEqual(definition.backoffMs)
        expect(pauseMs).toBeLessThanOrEqual(definition.backoffMaxMs * 1.2)
        expect(backoffOf(definition, attempt + 1, 0)).toBeGreaterThanOrEqual(backoffOf(definition, attempt, 0))
      }),
    )
  })
})
