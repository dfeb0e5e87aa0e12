import type { Locator } from 'playwright'
import { expect, inject, test } from 'vitest'
import { openChromium } from '#tests/support/browser.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()

/** Says at the provider who one is. */
async function signInThere({ page }: Visitor, account: string): Promise<void> {
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function askForKey(visitor: Visitor): Promise<void> {
  const asking = visitor.dialog(say('api-keys.create.title'))
  await asking.getByLabel(say('api-keys.create.name'), { exact: true }).fill('ci')
  await asking.getByRole('checkbox', { name: say('api-keys.scopes.clusters:read') }).click()
  await asking.getByRole('button', { name: say('api-keys.create.submit'), exact: true }).click()
}

test('somebody known to the identity provider comes in, founds a team, and proves it anew there before making a key', async () => {
  const { oidcAccounts, oidcName } = inject('product')
  const [account = ''] = oidcAccounts
  await using grace = await chromium.visit()
  await grace.open('/sign-in')
  await grace.button(say('auth.continueWith', { name: oidcName })).click()
  await signInThere(grace, account)

  await grace.sees(grace.heading(say('no-team.greeting', { name: 'Grace Hopper' })))
  await grace.ready()
  await grace.field(say('shell.teams.name')).fill('Compilers')
  await grace.button(say('shell.teams.createSubmit')).click()
  await grace.sees(grace.heading(say('clusters.title')))

  await grace.open('/api-keys?new=true')
  await askForKey(grace)
  const proving: Locator = grace.dialog(say('shell.stepUp.title'))
  await proving.getByRole('button', { name: say('shell.stepUp.toProvider'), exact: true }).click()
  await signInThere(grace, account)
  await grace.sees(grace.heading(say('api-keys.title')))
  await grace.ready()
  await askForKey(grace)
  await grace.sees(grace.dialog(say('api-keys.create.doneTitle', { name: 'ci' })))
  expect(grace.problems).toEqual([])
})

test('an address that has a password here already is told to connect the provider under the account', async () => {
  const [, account = ''] = inject('product').oidcAccounts
  await using visitor = await chromium.visit()
  await visitor.open('/sign-up')
  await visitor.field(say('auth.name')).fill('Grace')
  await visitor.field(say('auth.email')).fill(`${account}@example.com`)
  await visitor.field(say('auth.password')).fill('four words nobody guesses')
  await visitor.field(say('auth.signUp.teamName')).fill('Compilers')
  await visitor.button(say('auth.signUp.submit')).click()
  await visitor.sees(visitor.heading(say('clusters.title')))

  await using elsewhere = await chromium.visit()
  await elsewhere.open('/sign-in')
  await elsewhere.button(say('auth.continueWith', { name: inject('product').oidcName })).click()
  await signInThere(elsewhere, account)
  await elsewhere.sees(say('errors.oidc-account-exists'))

  await visitor.open('/account')
  await visitor.button(say('account.methods.connect', { name: inject('product').oidcName })).click()
  await signInThere(visitor, account)
  await visitor.sees(visitor.page.getByText(say('account.methods.connected'), { exact: true }))
  expect([...visitor.problems, ...elsewhere.problems]).toEqual([])
})
