import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { newId } from '#lib/ids.ts'
import { startMailServer } from './mail-server.ts'
import { startOidcServer } from './oidc-server.ts'
import { createDatabaseOn, startTestServers } from './servers.ts'
import { startApp } from './stack.ts'

/** The product as the browser tests find it: mail and an identity provider configured, one proxy in front believed. */
export interface ProductInfo {
  url: string
  /** A superuser on the product's database, for looking and turning clocks back from outside. */
  adminUrl: string
  /** Names to type at the identity provider, each known there with a confirmed address `NAME@example.com`. */
  oidcAccounts: string[]
  oidcName: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    product: ProductInfo
  }
}

const oidcAccountCount = 8

/** Servers, the built product and what it talks to: once for all browser tests, which make teams of their own in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack()
  const servers = await startTestServers()
  started.defer(() => servers.stop())
  project.provide('testServers', servers.info)
  const database = await createDatabaseOn(servers.info)
  const provider = started.use(await startOidcServer())
  const mail = started.use(await startMailServer())
  const folder = await mkdtemp(join(tmpdir(), 'kstone-backups-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const places = { BACKUP_DIRECTORY: join(folder, 'kept'), SPOOL_DIRECTORY: join(folder, 'spool') }
  await Promise.all(Object.values(places).map((place) => mkdir(place)))
  const app = started.use(
    await startApp({
      databaseUrls: database.urls,
      redisUrl: `${servers.info.redisUrl}/0`,
      env: {
        ...provider.env,
        SMTP_URL: mail.url,
        SMTP_FROM: 'Kstone <kstone@example.com>',
        TRUST_PROXY_HOPS: '1',
        LOG_LEVEL: 'warn',
        ...places,
      },
    }),
  )
  provider.register(app.url)
  const oidcAccounts = Array.from({ length: oidcAccountCount }, () => newId())
  for (const account of oidcAccounts) {
    const email = `${account}@example.com`
    provider.accounts.set(account, { sub: account, email, email_verified: true, name: 'Grace Hopper' })
  }
  const { OIDC_NAME: oidcName = '' } = provider.env
  project.provide('product', { url: app.url, adminUrl: database.adminUrl, oidcAccounts, oidcName })
  const running = started.move()
  return () => running.disposeAsync()
}
