import { email } from '#lib/contracts/auth.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { createOperatorLink } from '#lib/services/password-resets/create-operator-link.ts'
import { withProduct } from './app/with-product.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { findRunRecord } from './process/run-record.ts'
import { StepError } from './step-error.ts'
import { print } from './steps.ts'

const command = 'npm run reset:link'

const options = parseOptions({
  usage: `${command} --`,
  summary:
    'Prints a link with which one person sets a new password, once and within the hour. For whoever forgot theirs where no\n' +
    'mail is sent. Give it to nobody else: it opens the account. It is written down in the audit log.',
  options: {},
  positional: { name: 'EMAIL', description: 'address of the account' },
})

await runCommand(async () => {
  const wish = { email: readAddress(options.positionals), command, requestId: newId() }
  usePublicUrl()
  const { link, expiresAt } = await withProduct(() => createOperatorLink(wish)).catch((error) =>
    explain(error, wish.email),
  )
  print(link)
  print(`It works once, until ${expiresAt}, and ends every session of ${wish.email}.`)
})

function readAddress([address, ...more]: string[]): string {
  if (address === undefined || more.length > 0) {
    throw new StepError(address === undefined ? 'no address is given' : 'more than one address is given', {
      fix: `name one account: ${command} -- ada@example.com`,
    })
  }
  const parsed = email.safeParse(address)
  if (parsed.success) return parsed.data
  throw new StepError(`${address} is no e-mail address`, { fix: 'write it like ada@example.com' })
}

/** The address people open: what the environment says, else where this installation runs just now. */
function usePublicUrl(): void {
  const url = process.env.PUBLIC_URL || findRunRecord('start')?.url
  if (url) process.env.PUBLIC_URL = url
  else print('PUBLIC_URL is not set and nothing runs here: the link begins with the usual http://localhost:3000.')
}

function explain(error: unknown, address: string): never {
  if (error instanceof AppError && error.code === 'not-found') {
    throw new StepError(error.message, {
      fix: 'check the spelling; an owner sees the addresses of their team on the page Members',
    })
  }
  if (error instanceof AppError && error.code === 'reset-not-allowed') {
    throw new StepError(error.message, {
      fix: `${address} signs in with the identity provider (OIDC_ISSUER): recover the account there`,
    })
  }
  throw error
}
