import { expect } from 'vitest'
import type { FoundRow, Watched, WatchedFleet } from './watched-fleet.ts'
import { asSuperuser } from './work-team.ts'

/** As often as a cluster may be collected until a finding is open, or gone. */
const intervalsMax = 2

/** The findings of one cluster as intervals pass. */
export interface Followed {
  /** Gives the open findings of that code once there are any; fails when two intervals bring none. */
  opens(code: string): Promise<readonly [FoundRow, ...FoundRow[]]>
  /** Lets two more intervals pass, after which the findings are the ones there were: none opened a second time. */
  stayOpenOnce(findings: readonly FoundRow[]): Promise<void>
  /** Lets intervals pass until the findings are cleared; fails when two do not clear them. */
  resolve(findings: readonly FoundRow[]): Promise<void>
  /** What is open, without what the version deserves: that is about no fault. */
  openCodes(): Promise<string[]>
  /** Every code that was open after any of the intervals: one and the same finding can say several things in turn. */
  readonly codesEver: ReadonlySet<string>
}

/** `collect` is what the fleet does while one interval passes: what is due, or everything because somebody asked. */
export function follow(
  fleet: WatchedFleet,
  watched: Watched,
  collect: WatchedFleet['interval'] = fleet.interval,
): Followed {
  const codesEver = new Set<string>()
  const look = async () => {
    await collect(watched)
    for (const { code } of await fleet.openFindings(watched)) codesEver.add(code)
  }
  const notOk = async () => {
    const verdicts = await fleet.verdicts(watched)
    return JSON.stringify(verdicts.filter(({ verdict }) => verdict !== 'ok'))
  }
  return {
    codesEver,

    async opens(code) {
      for (let interval = 1; interval <= intervalsMax; interval += 1) {
        await look()
        const [first, ...others] = (await fleet.openFindings(watched)).filter((finding) => finding.code === code)
        if (first) return [first, ...others]
      }
      return expect.fail(`no ${code} in two intervals: ${await notOk()}`)
    },

    async stayOpenOnce(findings) {
      for (let interval = 1; interval <= intervalsMax; interval += 1) await look()
      const keys = new Set(findings.map(({ key }) => key))
      const now = (await fleet.findingsOf(watched)).filter(
        ({ key, code }) => keys.has(key) && code === findings[0]?.code,
      )
      expect(now.map(({ id, resolvedAt }) => ({ id, resolvedAt }))).toEqual(
        findings.map(({ id }) => ({ id, resolvedAt: null })),
      )
    },

    async resolve(findings) {
      const ids = new Set(findings.map(({ id }) => id))
      const resolutions = async () => {
        const rows = await fleet.findingsOf(watched)
        return rows.filter(({ id }) => ids.has(id)).map(({ resolution }) => resolution)
      }
      for (let interval = 1; interval <= intervalsMax; interval += 1) {
        await look()
        if ((await resolutions()).every((resolution) => resolution === 'cleared')) break
      }
      expect(await resolutions(), await notOk()).toEqual(findings.map(() => 'cleared'))
    },

    async openCodes() {
      const open = await fleet.openFindings(watched)
      return open.map(({ code }) => code).filter((code) => !code.startsWith('version-'))
    },
  }
}

/** Names told in one line of evidence, in any order. */
export function namesIn(evidence: unknown): string[] {
  return String(evidence).split(', ').toSorted()
}

/** Has everything collected as somebody asks for it, though the machine be slow and its members still rest from hashing. */
export async function inspectRested(fleet: WatchedFleet, watched: Watched): Promise<void> {
  const rested = `UPDATE cluster_facts SET "facts" = jsonb_set("facts", '{errands,hashTookMs}', '0') WHERE "clusterId" = $1`
  await asSuperuser(fleet.place.database, rested, [watched.clusterId])
  await fleet.inspect(watched)
}
