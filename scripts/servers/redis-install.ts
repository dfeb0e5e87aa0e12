import { installPackages } from '#scripts/install-packages.ts'
import { StepError } from '#scripts/step-error.ts'
import { findRedisProgram } from './redis.ts'

/** The name of a redis-server or valkey-server, installed by apt when there is none and we may. */
export async function ensureRedisProgram(): Promise<string> {
  const existing = findRedisProgram()
  if (existing) return existing
  await installPackages(['redis-server'], 'Redis is not installed')
  const installed = findRedisProgram()
  if (installed) return installed
  throw new StepError('apt-get installed redis-server, but it is not on PATH', { fix: 'add /usr/bin to PATH' })
}
