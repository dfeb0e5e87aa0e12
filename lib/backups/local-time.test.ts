import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localClock } from './local-time.ts'

const read = (timeZone: string, at: string) =>
  new Date(Date.parse(at) + localClock(timeZone).offsetMsAt(Date.parse(at))).toISOString().slice(0, 16)
const instants = (timeZone: string, local: string) =>
  localClock(timeZone)
    .instantsOf(Date.parse(`${local}Z`))
    .map((instant) => new Date(instant).toISOString())
const instant = (timeZone: string, local: string) =>
  new Date(localClock(timeZone).instantOf(Date.parse(`${local}Z`))).toISOString()

describe('a local clock', () => {
  it.each([
    ['UTC', '2026-03-01T12:00:00Z', '2026-03-01T12:00'],
    ['Asia/Shanghai', '2026-03-01T20:00:00Z', '2026-03-02T04:00'],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', '2026-04-05T01:59'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05T01:30'],
    ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31T20:30'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31T00:00'],
  ])('of %s at %s reads %s', (timeZone, at, expected) => {
    expect(read(timeZone, at)).toBe(expected)
  })

  it('reads some times twice where it is put back', () => {
    expect(instants('Europe/Berlin', '2026-10-25T02:30')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ])
    expect(instants('Australia/Lord_Howe', '2026-04-05T01:45')).toHaveLength(2)
    expect(instants('Australia/Lord_Howe', '2026-04-05T01:15')).toHaveLength(1)
  })

  it.each([
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00:00.000Z'],
    ['America/Havana', '2026-03-08T00:30', '2026-03-08T05:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00:00.000Z'],
  ])('of %s skips %s, at %s', (timeZone, local, expected) => {
    expect(instants(timeZone, local)).toEqual([])
    expect(instant(timeZone, local)).toBe(expected)
  })

  it('of every zone finds each instant again under what it reads then', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
    const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(zone, time, (timeZone, at) => {
        const clock = localClock(timeZone)
        expect(clock.instantsOf(at.getTime() + clock.offsetMsAt(at.getTime()))).toContain(at.getTime())
      }),
      { numRuns: 3_000 },
    )
  })

  it('agrees with Intl at every hour of a year, in zones that change at odd times', () => {
    for (const timeZone of [
      'Europe/Berlin',
      'America/Havana',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Antarctica/Troll',
    ]) {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
      const clock = localClock(timeZone)
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 1_800_000) {
        const shown = new Date(at + clock.offsetMsAt(at)).toISOString().slice(0, 19).replace('T', ' ')
        if (shown !== format.format(at)) expect([timeZone, shown]).toEqual([timeZone, format.format(at)])
      }
    }
    expect(() => localClock('Mars/Olympus')).toThrow(RangeError)
  })
})
