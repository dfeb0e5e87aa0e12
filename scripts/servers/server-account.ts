import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { StepError } from '#scripts/step-error.ts'

const accountName = 'postgres'

export type ServerAccount = { uid: number; gid: number }

/**
 * The user PostgreSQL runs as: undefined (ourselves) unless we are root, whom PostgreSQL refuses. Root gets the system
 * user `postgres`, made when missing.
 */
export function ensureServerAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined
  const existing = findAccount()
  if (existing) return existing
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', accountName],
      {
        stdio: 'pipe',
      },
    )
  } catch (error) {
    throw new StepError(`PostgreSQL refuses to run as root and the user ${accountName} could not be made`, {
      fix: `run \`useradd --system ${accountName}\` yourself, or start as an ordinary user`,
      cause: error,
    })
  }
  const made = findAccount()
  if (!made) throw new StepError(`useradd made no user ${accountName}`, { fix: 'start as an ordinary user' })
  return made
}

/**
 * The words in front of a command that run it as that account. Where the checkout lies below a folder closed to others
 * (a root-owned home, a `mktemp -d`), the account keeps the right to search and read, and nothing more, so that it
 * reaches its program and its data.
 */
export function commandPrefixFor(account: ServerAccount | undefined, paths: string[]): string[] {
  if (!account || paths.every((path) => canReach(account, path))) return []
  const capability = mayGive(capDacReadSearch) ? 'dac_read_search' : 'dac_override'
  const prefix = [
    'setpriv',
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    // Without it access(2), by which initdb looks for postgres, would still answer as if the right were not there.
    '--securebits=+no_setuid_fixup',
  ]
  const [command = '', ...args] = prefix
  const unreachable = paths.find((path) => spawnSync(command, [...args, 'test', '-r', path], { cwd: '/' }).status !== 0)
  if (unreachable === undefined) return prefix
  throw new StepError(`the user ${accountName}, as whom PostgreSQL must run, cannot reach ${unreachable}`, {
    fix: 'move the checkout to a folder that others may search (chmod o+x on its parents), or start as an ordinary user',
  })
}

function findAccount(): ServerAccount | undefined {
  const ask = (what: '-u' | '-g') =>
    Number(execFileSync('id', [what, accountName], { encoding: 'utf8', stdio: 'pipe' }))
  try {
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    return undefined
  }
}

function canReach(account: ServerAccount, path: string): boolean {
  return spawnSync('test', ['-r', path], { ...account, cwd: '/' }).status === 0
}

// Its bit in the sets of /proc/self/status (linux/capability.h).
const capDacReadSearch = 2n

/** Whether this process may hand on that capability. */
function mayGive(capability: bigint): boolean {
  const permitted = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return ((BigInt(`0x${permitted}`) >> capability) & 1n) === 1n
}
