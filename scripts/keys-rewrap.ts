import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { config } from '#lib/config.ts'
import { rewrapTenantKeys } from '#lib/services/keys/rewrap-tenant-keys.ts'
import { withProduct } from './app/with-product.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { makeStateDir } from './paths.ts'
import { loadSecrets } from './secrets.ts'
import { StepError } from './step-error.ts'
import { print } from './steps.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

const options = parseOptions({
  usage: 'npm run keys:rewrap --',
  summary:
    'Wraps the keys of all teams anew with the first root key, while everything goes on. To change the root key:\n' +
    '  1. npm run keys:rewrap -- --new-key    (or put a new key first in ROOT_KEYS, the old one behind a comma)\n' +
    '  2. start web and workers anew: they now read under both\n' +
    '  3. npm run keys:rewrap\n' +
    '  4. npm run keys:rewrap -- --drop-old   (or take the old key out of ROOT_KEYS), and start anew',
  options: {
    'new-key': { description: 'only put a new key first among the keys of this installation' },
    'drop-old': { description: 'afterwards take the previous key out of those of this installation' },
  },
})

const secretsFile = () => join(makeStateDir(), 'secrets.json')

await runCommand(async () => {
  // Asked before the work, which sets what the environment leaves out.
  if (options.isOn('new-key') || options.isOn('drop-old')) checkIsOurs()
  if (options.isOn('new-key')) return addKey()
  const { count, inUse } = await withProduct(() => rewrapTenantKeys((done) => print(`  · ${done}`)))
  const active = config().rootKeys[0]?.id ?? ''
  const old = Object.keys(inUse).filter((id) => id !== active)
  print(`wrapped anew: ${count}; under ${active}: ${inUse[active] ?? 0}`)
  if (old.length > 0) {
    throw new StepError(`${old.join(', ')} still wraps keys`, {
      fix: 'run the command again: teams were made meanwhile',
    })
  }
  if (options.isOn('drop-old')) dropOldKey()
  else print(`No other root key is needed any more: everything but ${active} may be taken out of ROOT_KEYS.`)
})

function addKey(): void {
  const secrets = loadSecrets(secretsFile())
  const [active = '', previous] = secrets.rootKeys.split(',')
  if (previous !== undefined) {
    throw new StepError('two root keys are in use already', { fix: 'npm run keys:rewrap -- --drop-old' })
  }
  const id = `k${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}`
  writeSecrets({ ...secrets, rootKeys: `${id}:${randomBytes(32).toString('hex')},${active}` })
  print(`${id} is now the first root key. Start npm start anew, then: npm run keys:rewrap -- --drop-old`)
}

function dropOldKey(): void {
  const secrets = loadSecrets(secretsFile())
  const [active = ''] = secrets.rootKeys.split(',')
  writeSecrets({ ...secrets, rootKeys: active })
  print(`Only ${active.split(':')[0]} is left among the root keys of this installation.`)
}

/** Keys that come by the environment are kept by whoever sets it. */
function checkIsOurs(): void {
  if (process.env.ROOT_KEYS === undefined) return
  throw new StepError('the root keys come from ROOT_KEYS', { fix: 'change them there' })
}

function writeSecrets(secrets: ReturnType<typeof loadSecrets>): void {
  writeFileAtomically(secretsFile(), `${JSON.stringify(secrets, null, 2)}\n`)
}
