import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { makeStateDir } from '#scripts/paths.ts'

/** The log of a program in .kstone/logs; those of the last three starts are kept beside it as `.1` to `.3`. */
export function freshLog(name: string): string {
  const logFile = join(makeStateDir('logs'), `${name}.log`)
  for (const [from, to] of [
    ['.2', '.3'],
    ['.1', '.2'],
    ['', '.1'],
  ]) {
    if (existsSync(`${logFile}${from}`)) renameSync(`${logFile}${from}`, `${logFile}${to}`)
  }
  return logFile
}
