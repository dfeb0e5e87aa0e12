export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** `3.6.0-rc.1` comes before `3.6.0`. */
  readonly isPreliminary: boolean
}

/** `3.5.16` or `3.6.0-rc.1`; undefined for anything else. */
export function readVersion(text: string): Version | undefined {
  const [, major, minor, patch, rest] = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})(-|\+|$)/.exec(text) ?? []
  if (major === undefined) return undefined
  return { major: Number(major), minor: Number(minor), patch: Number(patch), isPreliminary: rest === '-' }
}

/** Less than 0 where `a` is the older one. */
export function compareVersions(a: Version, b: Version): number {
  const isLater = Number(b.isPreliminary) - Number(a.isPreliminary)
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || isLater
}

/** `3.5` */
export function branchOf({ major, minor }: Version): string {
  return `${major}.${minor}`
}
