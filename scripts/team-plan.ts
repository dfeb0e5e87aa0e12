import { plans } from '#lib/contracts/team.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import type { Grant } from '#lib/services/team/grant-plan.ts'
import { grantPlan } from '#lib/services/team/grant-plan.ts'
import { quotas } from '#lib/tenancy/quotas.ts'
import { withProduct } from './app/with-product.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { StepError } from './step-error.ts'
import { print } from './steps.ts'

const quotaIds = Object.keys(quotas).filter((id): id is keyof typeof quotas => id in quotas)

const options = parseOptions({
  usage: 'npm run team:plan --',
  summary:
    'Gives a team its plan and limits, from its next request on. It is written down in the audit log of the team.',
  options: {
    team: { value: 'NAME', description: 'exact name or id of the team' },
    plan: { value: 'PLAN', description: `one of ${plans.join(', ')}` },
    limit: {
      value: 'QUOTA=NUMBER',
      description: `instead of the plan's; several with commas between; QUOTA=plan takes it back. Of ${quotaIds.join(', ')}`,
    },
  },
})

await runCommand(async () => {
  const team = options.textOf('team')
  if (team === undefined) throw new StepError('no team is named', { fix: 'name it: --team NAME' })
  const plan = parsePlan(options.textOf('plan'))
  const limits = parseLimits(options.textOf('limit'))
  if (plan === undefined && Object.keys(limits).length === 0) {
    throw new StepError('nothing is given to the team', { fix: 'give --plan PLAN, --limit QUOTA=NUMBER, or both' })
  }
  const grant = { team, plan, limits, command: 'npm run team:plan', requestId: newId() }
  const given = await withProduct(() => grantPlan(grant)).catch(explain)
  print(`${given.name} (${given.id}) has the plan ${given.plan}`)
  for (const [id, limit] of Object.entries(given.limits)) print(`  ${id.padEnd(22)} ${limit}`)
})

function parsePlan(text: string | undefined): Grant['plan'] {
  const plan = plans.find((name) => name === text)
  if (text !== undefined && !plan) throw new StepError(`${text} is no plan`, { fix: `use one of ${plans.join(', ')}` })
  return plan
}

function parseLimits(text = ''): Grant['limits'] {
  const parts = text.split(',').filter((part) => part !== '')
  return Object.fromEntries(parts.map(parseLimit))
}

function parseLimit(part: string): [string, number | null] {
  const [, name, value] = /^([a-z-]+)=(plan|[1-9]\d{0,8})$/.exec(part.trim()) ?? []
  const id = quotaIds.find((known) => known === name)
  if (id === undefined) {
    throw new StepError(`${part} is no limit`, { fix: `give QUOTA=NUMBER or QUOTA=plan, of ${quotaIds.join(', ')}` })
  }
  return [id, value === 'plan' ? null : Number(value)]
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
