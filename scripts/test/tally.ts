/** What a suite proved: numbers of tests; a tool that is one yes or no counts as one test. */
export type Tally = {
  passed: number
  failed: number
  /** The failed tests that have a name, each with the first line of what it said. */
  failures?: string[]
}

export const nothing: Tally = { passed: 0, failed: 0 }

export function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    failures: [...(one.failures ?? []), ...(other.failures ?? [])],
  }
}

/** The closing line, which machines read. */
export function closingLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`
}
