import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import {
  absolutePath,
  flag,
  origin,
  privateRanges,
  rootKeys,
  secretText,
  secretUrl,
  serverAddresses,
  stripSlash,
  wholeNumber,
} from './setting-shapes.ts'

const gib = 1024 ** 3

/**
 * Every setting, once: what it is for (`description`, also the README's table) and how to mend it (`fix`, said when it is
 * missing or wrong; the value itself never is, it may be a secret).
 */
const configSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production').meta({
    description: 'Which kind of run this is',
    fix: 'use development, test or production',
  }),
  PORT: wholeNumber(0, 65_535).default(3000).meta({
    description: 'Port the web process listens on; 0 takes any free one',
    fix: 'give a whole number from 0 to 65535',
  }),
  PUBLIC_URL: origin().meta({
    description: 'Address people open in their browser; links in mails and the check of foreign origins are made of it',
    fix: 'give scheme, host and port only, as in https://kstone.example.com',
  }),
  DATABASE_URL_OWNER: secretUrl('postgres:', 'postgresql:').optional().meta({
    description: 'PostgreSQL as the role that owns the tables; only migrations and partition upkeep use it',
    fix: 'give postgresql://kstone_owner:PASSWORD@HOST:5432/DATABASE',
  }),
  DATABASE_URL_APP: secretUrl('postgres:', 'postgresql:').meta({
    description: 'PostgreSQL as the role that sees one tenant at a time',
    fix: 'give postgresql://kstone_app:PASSWORD@HOST:5432/DATABASE',
  }),
  DATABASE_URL_SYSTEM: secretUrl('postgres:', 'postgresql:').meta({
    description: 'PostgreSQL as the role for sign-in, sweeps and the outbox relay',
    fix: 'give postgresql://kstone_system:PASSWORD@HOST:5432/DATABASE',
  }),
  DATABASE_POOL_SIZE: wholeNumber(1, 200).default(10).meta({
    description: 'Connections per process and role',
    fix: 'give a whole number from 1 to 200; all processes together must stay below max_connections of PostgreSQL',
  }),
  REDIS_URL: secretUrl('redis:', 'rediss:').meta({
    description: 'Redis or Valkey that wakes the workers; it may be emptied at any time',
    fix: 'give redis://HOST:6379, or rediss:// for TLS',
  }),
  ROOT_KEYS: rootKeys().meta({
    description:
      'Keys that wrap every tenant key: ID:64-HEX, the active one first, optionally one previous after a comma',
    fix: 'give one or two different ID:KEY pairs with a comma between; make one with: echo "$(date +%Y-%m-%d):$(openssl rand -hex 32)"',
  }),
  NEXTAUTH_SECRET: secretText(32).meta({
    description: 'Key of the session cookies, at least 32 characters',
    fix: 'give at least 32 random characters: openssl rand -base64 32',
  }),
  NEXTAUTH_URL: origin().optional().meta({
    description: 'Same as PUBLIC_URL; next-auth reads it by itself',
    fix: 'give the same value as PUBLIC_URL',
  }),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').meta({
    description: 'Least severe line that is logged',
    fix: 'use trace, debug, info, warn, error, fatal or silent',
  }),
  METRICS_TOKEN: secretText(16).optional().meta({
    description: 'Bearer token that /metrics asks for; without it only this machine may read /metrics',
    fix: 'give at least 16 random characters: openssl rand -hex 16',
  }),
  WORKER_METRICS_PORT: wholeNumber(0, 65_535).optional().meta({
    description:
      'Port on which each worker answers /metrics and /healthz, guarded by METRICS_TOKEN; without one, on this machine alone',
    fix: 'give a whole number from 0 (any free one) to 65535, different for each worker of one machine',
  }),
  SIGN_UP_ENABLED: flag().default(true).meta({
    description: 'Whether a stranger may sign up and create a team',
    fix: 'use true or false',
  }),
  SESSION_IDLE_MINUTES: wholeNumber(1, 10_080).default(720).meta({
    description: 'Minutes without a request after which a session ends; 7 days after sign-in it ends in any case',
    fix: 'give a whole number from 1 to 10080 (7 days)',
  }),
  PRIVILEGED_SESSION_IDLE_MINUTES: wholeNumber(1, 10_080).default(30).meta({
    description: 'The same for owners and admins of any team',
    fix: 'give a whole number from 1 to 10080 (7 days)',
  }),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description: 'Issuer of the OpenID Connect provider; set together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET',
      fix: 'give the address below which /.well-known/openid-configuration answers, as in https://id.example.com/realms/main',
    }),
  OIDC_CLIENT_ID: z.string().optional().meta({
    description: 'Client id registered with the provider',
    fix: 'copy the client id from the provider',
  }),
  OIDC_CLIENT_SECRET: secretText(1).optional().meta({
    description: 'Client secret registered with the provider',
    fix: 'copy the client secret from the provider',
  }),
  OIDC_NAME: z.string().max(40).default('OpenID Connect').meta({
    description: 'What the sign-in button calls the provider',
    fix: 'give a name of at most 40 characters',
  }),
  SMTP_URL: secretUrl('smtp:', 'smtps:').optional().meta({
    description: 'Mail server for invitations and password resets; without it links are handed over by hand',
    fix: 'give smtp://USER:PASSWORD@HOST:587, or smtps:// for TLS from the first byte',
  }),
  SMTP_FROM: z
    .string()
    .regex(/^[^\r\n]*\S+@\S+$/)
    .optional()
    .meta({
      description: 'Sender of mails; set together with SMTP_URL',
      fix: 'give an address, as in Kstone <kstone@example.com>',
    }),
  TENANT_DELETION_GRACE_HOURS: wholeNumber(0, 8_760).default(72).meta({
    description: 'Hours between closing a team and erasing it, in which an owner can take it back',
    fix: 'give a whole number from 0 to 8760',
  }),
  ETCD_BINARIES: z.string().default('').meta({
    description:
      'Folders, separated by colons, that hold etcd and etcdctl, or one folder of them for each version; searched before .kstone/etcd and PATH',
    fix: 'give absolute paths, as in /opt/etcd-3.5:/opt/etcd-3.4',
  }),
  BACKUP_DIRECTORY: absolutePath().optional().meta({
    description:
      'Directory that all web and worker processes share, in which every team may keep backups in a folder of its own; without it backups go to buckets alone',
    fix: 'give an absolute path, as in /var/lib/kstone/backups, or leave it out',
  }),
  SPOOL_DIRECTORY: absolutePath().optional().meta({
    description:
      "Directory in which a worker keeps snapshots while they are checked, and restores them for drills; kstone-spool in the machine's temporary one unless given",
    fix: 'give an absolute path on a disk with room for several snapshots',
  }),
  SPOOL_MAX_GIB: wholeNumber(1, 10_240).default(40).meta({
    description: 'How much all snapshots of one worker may take in SPOOL_DIRECTORY at the same time, in GiB',
    fix: 'give a whole number from 1 to 10240',
  }),
  KSTONE_FAULT: z.string().optional().meta({
    description: 'For tests alone (NODE_ENV=test): where the process ends itself in the middle of its work',
    fix: 'leave it out; it is refused wherever NODE_ENV is not test',
  }),
  TRUST_PROXY_HOPS: wholeNumber(0, 10).default(0).meta({
    description: 'Reverse proxies in front of the web process whose X-Forwarded-For is believed',
    fix: 'give the number of proxies, from 0 (none) to 10',
  }),
  ALLOW_PRIVATE_CIDRS: privateRanges().default([]).meta({
    description:
      'Private ranges in which every team may reach its clusters; without them only public addresses are reached',
    fix: 'give ranges inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fc00::/7 with commas between, as in 10.20.0.0/16,fd12:3456::/32',
  }),
  DNS_SERVERS: serverAddresses().default([]).meta({
    description: "DNS servers to ask for addresses of clusters, mail server and provider instead of the machine's own",
    fix: 'give IP addresses with commas between, each with its port where it is not 53, as in 10.0.0.53,[fd00::53]:5353',
  }),
})

type Settings = z.output<typeof configSchema>
type SettingName = keyof typeof configSchema.shape
type Environment = Readonly<Record<string, string | undefined>>

export type Config = ReturnType<typeof arrange>

/**
 * Reads the whole configuration from an environment; an empty value counts as absent.
 *
 * @throws Error naming every variable that is missing or wrong, with how to mend each; never a value
 */
export function parseConfig(environment: Environment): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''))
  const parsed = configSchema.safeParse(given)
  const problems = [...(parsed.success ? [] : explain(parsed.error, given)), ...findConflicts(given)]
  if (!parsed.success || problems.length > 0) {
    throw new Error(`Invalid configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  }
  return arrange(parsed.data)
}

let current: Config | undefined

/**
 * The configuration of this process, read at the first call and kept.
 *
 * @throws Error as `parseConfig`
 */
export function config(): Config {
  if (current) return current
  current = parseConfig(process.env)
  // next-auth looks for its own address there, and without it believes the Host header's or localhost.
  process.env.NEXTAUTH_URL ||= current.publicUrl
  return current
}

/**
 * The level of the log, read alone: the log has to work where the rest of the configuration is wrong, and to say so.
 * A level that is wrong too counts as the default.
 */
export function logLevel(): Config['logLevel'] {
  return configSchema.shape.LOG_LEVEL.catch('info').parse(process.env.LOG_LEVEL || undefined)
}

/**
 * Where etcd is looked for, best first: ETCD_BINARIES, what this project has fetched (below the working directory, which
 * for web and worker is the checkout), PATH. Read alone, so that etcd also runs for commands and tests that need no other
 * setting.
 */
export function etcdBinaryPlaces(): string[] {
  const split = (list: string | undefined) => (list ?? '').split(':').filter((place) => place !== '')
  return [...split(process.env.ETCD_BINARIES), '.kstone/etcd', ...split(process.env.PATH)]
}

export interface SettingDescription {
  name: string
  description: string
  /** As it would be written in the environment; absent where there is none. */
  default?: string
  isRequired: boolean
}

/** The settings in the order of the README's table. */
export function describeConfig(): SettingDescription[] {
  return Object.entries(configSchema.shape).map(([name, schema]) => ({
    name,
    description: schema.meta()?.description ?? '',
    ...(schema instanceof z.ZodDefault ? { default: String(schema.def.defaultValue) } : {}),
    isRequired: !(schema instanceof z.ZodDefault || schema instanceof z.ZodOptional),
  }))
}

function arrange(settings: Settings) {
  return {
    nodeEnv: settings.NODE_ENV,
    port: settings.PORT,
    publicUrl: settings.PUBLIC_URL,
    ownerDatabaseUrl: settings.DATABASE_URL_OWNER,
    databaseUrl: { app: settings.DATABASE_URL_APP, system: settings.DATABASE_URL_SYSTEM },
    databasePoolSize: settings.DATABASE_POOL_SIZE,
    redisUrl: settings.REDIS_URL,
    rootKeys: settings.ROOT_KEYS,
    nextAuthSecret: settings.NEXTAUTH_SECRET,
    logLevel: settings.LOG_LEVEL,
    metricsToken: settings.METRICS_TOKEN,
    workerMetricsPort: settings.WORKER_METRICS_PORT,
    signUpEnabled: settings.SIGN_UP_ENABLED,
    sessionIdleMinutes: settings.SESSION_IDLE_MINUTES,
    privilegedSessionIdleMinutes: settings.PRIVILEGED_SESSION_IDLE_MINUTES,
    oidc: arrangeOidc(settings),
    smtp: arrangeSmtp(settings),
    tenantDeletionGraceHours: settings.TENANT_DELETION_GRACE_HOURS,
    backupDirectory: settings.BACKUP_DIRECTORY,
    spool: {
      directory: settings.SPOOL_DIRECTORY ?? join(tmpdir(), 'kstone-spool'),
      maxBytes: settings.SPOOL_MAX_GIB * gib,
    },
    faultPoint: settings.KSTONE_FAULT,
    trustProxyHops: settings.TRUST_PROXY_HOPS,
    allowedPrivateRanges: settings.ALLOW_PRIVATE_CIDRS ?? [],
    dnsServers: settings.DNS_SERVERS ?? [],
  }
}

function arrangeOidc(settings: Settings) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name } = settings
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined
  return { issuer, clientId, clientSecret, name }
}

function arrangeSmtp({ SMTP_URL: url, SMTP_FROM: from }: Settings) {
  return url === undefined || from === undefined ? undefined : { url, from }
}

function explain(error: z.ZodError, given: Environment): string[] {
  const names = new Set(error.issues.map((issue) => issue.path[0]))
  return Object.entries(configSchema.shape)
    .filter(([name]) => names.has(name))
    .map(([name, schema]) => `${name} is ${given[name] === undefined ? 'missing' : 'not valid'}: ${schema.meta()?.fix}`)
}

/** Settings that only make sense together; looked at even when others are wrong, so one start shows everything there is to mend. */
function findConflicts(given: Environment): string[] {
  const conflicts = [
    ...findIncomplete(given, ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']),
    ...findIncomplete(given, ['SMTP_URL', 'SMTP_FROM']),
  ]
  if (given.KSTONE_FAULT !== undefined && given.NODE_ENV !== 'test') {
    conflicts.push('KSTONE_FAULT is given: it ends the process in the middle of its work, leave it out')
  }
  if (given.NEXTAUTH_URL !== undefined && stripSlash(given.NEXTAUTH_URL) !== stripSlash(given.PUBLIC_URL ?? '')) {
    conflicts.push('NEXTAUTH_URL differs from PUBLIC_URL: give both the same value, or leave NEXTAUTH_URL out')
  }
  if (given.DATABASE_URL_APP !== undefined && given.DATABASE_URL_APP === given.DATABASE_URL_SYSTEM) {
    conflicts.push(
      'DATABASE_URL_SYSTEM equals DATABASE_URL_APP: each needs its own role, or tenants are not kept apart',
    )
  }
  return conflicts
}

function findIncomplete(given: Environment, together: readonly SettingName[]): string[] {
  const absent = together.filter((name) => given[name] === undefined)
  if (absent.length === 0 || absent.length === together.length) return []
  return [
    `${absent.join(' and ')} ${absent.length > 1 ? 'are' : 'is'} missing: set all of ${together.join(', ')}, or none`,
  ]
}
