import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { grantAddresses } from '#lib/services/team/grant-addresses.ts'
import { withProduct } from './app/with-product.ts'
import { parseOwnSocket } from './command/own-socket.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { StepError } from './step-error.ts'
import { print } from './steps.ts'

const options = parseOptions({
  usage: 'npm run net:allow --',
  summary:
    'Lets one team reach single ports of this machine, such as an etcd that runs on it; no team can say that itself. It holds\n' +
    'from the next connection on, and is written down in the audit log of the team.',
  options: {
    team: { value: 'NAME', description: 'exact name or id of the team' },
    revoke: { description: 'take it back' },
  },
  positional: { name: 'ADDRESS:PORT', description: 'as in 127.0.0.1:2379 or [::1]:2379; several with spaces between' },
})

await runCommand(async () => {
  const team = options.textOf('team')
  if (team === undefined) throw new StepError('no team is named', { fix: 'name it: --team NAME' })
  const sockets = options.positionals.map(parseOwnSocket)
  if (sockets.length === 0) throw new StepError('no address is named', { fix: 'name it: 127.0.0.1:2379 --team NAME' })
  const isRevoked = options.isOn('revoke')
  const change = { team, sockets, isRevoked, command: 'npm run net:allow', requestId: newId() }
  const grants = await withProduct(() => grantAddresses(change)).catch(explain)
  print(`${grants.team.name} (${grants.team.id}): ${tell(grants.changed, isRevoked)}`)
  print(`  may reach on this machine: ${grants.all.join(', ') || 'nothing'}`)
})

function tell(changed: readonly string[], isRevoked: boolean): string {
  if (changed.length === 0) return 'as it was'
  return `${isRevoked ? 'no longer' : 'now also'} ${changed.join(', ')}`
}

function explain(error: unknown): never {
  if (error instanceof AppError && error.code === 'not-found')
    throw new StepError(error.message, {
      fix: 'give its exact name or its id; a team that is being deleted gets nothing',
    })
  if (error instanceof AppError && error.code === 'conflict')
    throw new StepError(error.message, { fix: 'give the id of the one you mean' })
  throw error
}
