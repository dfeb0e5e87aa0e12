import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InspectionId, VerdictView } from '#lib/contracts/inspections.ts'
import { minuteMs } from '#lib/time.ts'
import { lookedAt } from './healthy-facts.ts'
import type { Judged } from './judge-all.ts'
import type { OpenFinding, Reconciled } from './reconcile.ts'
import { reconcile } from './reconcile.ts'

const at = (minute: number) => new Date(lookedAt.getTime() + minute * minuteMs)
const ofMember = (memberId: string) =>
  ({ inspection: 'db-size', key: `db-size/${memberId}`, subject: { kind: 'member', memberId } }) as const
const ofCluster = { inspection: 'quorum', key: 'quorum', subject: { kind: 'cluster' } } as const
type About = Pick<VerdictView, 'inspection' | 'key' | 'subject'>

const found = (about: About, percent = 80, severity: 'warning' | 'critical' = 'warning'): VerdictView => {
  return { ...about, verdict: 'finding', severity, code: 'c', source: 'kstone', evidence: { percent } }
}
const inOrder = (about: About): VerdictView => ({ ...about, verdict: 'ok' })
const untold = (about: About): VerdictView => {
  return { ...about, verdict: 'unknown', reason: 'member-silent', evidence: {} }
}
const judgedOf = (verdicts: VerdictView[], changes: Partial<Judged> = {}): Judged => {
  return { inspections: ['db-size', 'quorum'], memberIds: ['1', '2'], verdicts, ...changes }
}
const openOf = (about: About): OpenFinding & { id: number } => {
  const { verdict: _, ...finding } = found(about) as Extract<VerdictView, { verdict: 'finding' }>
  return { ...finding, id: 7, openedAt: at(0), seenAt: at(0), changedAt: at(0) }
}
const nothing = { opened: [], seen: [], changed: [], resolved: [] }

describe('a finding', () => {
  const one = ofMember('1')
  const open = openOf(one)

  test('is opened when it is judged first', () => {
    const { opened, ...rest } = reconcile([], judgedOf([found(one)]), at(1))
    expect(opened).toMatchObject([{ key: 'db-size/1', openedAt: at(1), seenAt: at(1), changedAt: at(1) }])
    expect(rest).toMatchObject({ seen: [], changed: [], resolved: [] })
  })

  test('is seen again while it is alike', () => {
    expect(reconcile([open], judgedOf([found(one)]), at(1))).toEqual({ ...nothing, seen: [{ ...open, seenAt: at(1) }] })
  })

  test.each([
    ['evidence', found(one, 81)],
    ['severity', found(one, 80, 'critical')],
  ])('changes with its %s and stays the same row', (_what, verdict) => {
    const { changed, ...rest } = reconcile([open], judgedOf([verdict]), at(1))
    expect(changed).toMatchObject([{ before: open, now: { id: 7, openedAt: at(0), seenAt: at(1), changedAt: at(1) } }])
    expect(rest).toMatchObject({ opened: [], seen: [], resolved: [] })
  })

  test.each<[string, Judged, string]>([
    ['it is in order', judgedOf([inOrder(one)]), 'cleared'],
    ['the member is gone', judgedOf([], { memberIds: ['2'] }), 'subject-gone'],
    ['nobody judges it any more', judgedOf([], { inspections: ['quorum'] }), 'switched-off'],
  ])('is resolved when %s', (_when, judged, resolution) => {
    expect(reconcile([open], judged, at(1))).toEqual({ ...nothing, resolved: [{ finding: open, resolution }] })
  })

  test.each<[string, Judged]>([
    ['nobody could tell', judgedOf([untold(one)])],
    [
      'the whole inspection could not tell',
      judgedOf([untold({ inspection: 'db-size', key: 'db-size', subject: ofCluster.subject })]),
    ],
    ['nobody knows who the members are', judgedOf([], { memberIds: null })],
    ['nothing was said of it', judgedOf([])],
  ])('stays as it was when %s', (_when, judged) => {
    expect(reconcile([open], judged, at(1))).toEqual(nothing)
  })

  test('of a member that is not listed stays while it is judged, as an alarm left behind', () => {
    const { seen } = reconcile([open], judgedOf([found(one)], { memberIds: ['2'] }), at(1))
    expect(seen).toHaveLength(1)
  })

  test('of the cluster is never gone with its members', () => {
    expect(reconcile([openOf(ofCluster)], judgedOf([], { memberIds: [] }), at(1))).toEqual(nothing)
  })
})

/** What somebody keeps who does as told. */
function kept(open: readonly OpenFinding[], { opened, seen, changed, resolved }: Reconciled<OpenFinding>) {
  const told = new Map([...seen, ...changed.map(({ now }) => now)].map((finding) => [finding.key, finding]))
  const gone = new Set(resolved.map(({ finding }) => finding.key))
  return [...open.filter(({ key }) => !gone.has(key)).map((one) => told.get(one.key) ?? one), ...opened]
}

const abouts: About[] = [ofCluster, ofMember('1'), ofMember('2'), ofMember('3')]
const verdictAbout = (about: About) =>
  fc.oneof(
    fc.constant(undefined),
    fc.constant(inOrder(about)),
    fc.constant(untold(about)),
    fc.tuple(fc.nat(2), fc.constantFrom('warning' as const, 'critical' as const)).map(([percent, severity]) => {
      return found(about, percent, severity)
    }),
  )
const collection = fc.record({
  verdicts: fc.tuple(...abouts.map(verdictAbout)).map((all) => all.flatMap((one) => one ?? [])),
  memberIds: fc.option(fc.subarray(['1', '2', '3'])),
  inspections: fc.subarray<InspectionId>(['db-size', 'quorum']),
})

/** Whether one thing is open after a collection, by the words alone. */
function isOpenAfter(wasOpen: boolean, about: About, { verdicts, memberIds, inspections }: Judged): boolean {
  const said = verdicts.find(({ key }) => key === about.key)
  if (said) return said.verdict === 'unknown' ? wasOpen : said.verdict === 'finding'
  const isGone = about.subject.kind === 'member' && memberIds !== null && !memberIds.includes(about.subject.memberId)
  return wasOpen && !isGone && inspections.includes(about.inspection)
}

test('through any history a thing is open exactly when its last decisive verdict said so, and never twice', () => {
  fc.assert(
    fc.property(fc.array(collection, { maxLength: 20 }), (collections) => {
      let open: OpenFinding[] = []
      const expected = new Set<string>()
      for (const [minute, { verdicts, memberIds, inspections }] of collections.entries()) {
        const judged = {
          memberIds,
          inspections,
          verdicts: verdicts.filter((one) => inspections.includes(one.inspection)),
        }
        open = kept(open, reconcile(open, judged, at(minute)))
        for (const about of abouts) {
          if (isOpenAfter(expected.has(about.key), about, judged)) expected.add(about.key)
          else expected.delete(about.key)
        }
        expect(open.map(({ key }) => key).toSorted()).toEqual([...expected].toSorted())
      }
    }),
    { numRuns: 300 },
  )
})

test('through any history times go forward, and a row shows what was judged last', () => {
  fc.assert(
    fc.property(fc.array(collection, { maxLength: 20 }), (collections) => {
      let open: OpenFinding[] = []
      for (const [minute, judged] of collections.entries()) {
        open = kept(open, reconcile(open, judged, at(minute)))
        for (const { openedAt, changedAt, seenAt, key, severity, evidence } of open) {
          expect(openedAt <= changedAt && changedAt <= seenAt && seenAt <= at(minute)).toBe(true)
          const said = judged.verdicts.find((one) => one.key === key)
          if (said?.verdict === 'finding')
            expect({ severity, evidence }).toEqual({ severity: said.severity, evidence: said.evidence })
        }
      }
    }),
    { numRuns: 300 },
  )
})
