import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installPackages } from '#scripts/install-packages.ts'
import { StepError } from '#scripts/step-error.ts'

/** The path of the Chromium on this machine, installed by apt when there is none and we may. */
export async function ensureChromium(): Promise<string> {
  const existing = findChromium()
  if (existing) return existing
  process.stdout.write('installing chromium with apt-get\n')
  await installPackages(['chromium'], 'Chromium, which the browser tests drive, is not installed')
  const installed = findChromium()
  if (installed) return installed
  throw new StepError('apt-get installed chromium, but it is not on PATH', { fix: 'add /usr/bin to PATH' })
}

/** CHROMIUM_PATH, or the first known browser on PATH. */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const folders = (process.env.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
