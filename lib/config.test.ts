import { describe, expect, it } from 'vitest'
import { describeConfig, parseConfig } from './config.ts'

const hex = (digit: string) => digit.repeat(64)

const minimal = {
  PUBLIC_URL: 'https://kstone.example.com',
  DATABASE_URL_APP: 'postgresql://kstone_app:pw-canary@127.0.0.1:5432/kstone',
  DATABASE_URL_SYSTEM: 'postgresql://kstone_system:pw-canary@127.0.0.1:5432/kstone',
  REDIS_URL: 'redis://127.0.0.1:6379',
  ROOT_KEYS: `k1:${hex('a')}`,
  NEXTAUTH_SECRET: 'secret-canary-secret-canary-secret-canary',
}

const oidc = {
  OIDC_ISSUER: 'https://id.example.com/realms/main',
  OIDC_CLIENT_ID: 'kstone',
  OIDC_CLIENT_SECRET: 'oidc-canary',
}

const privateRangesFix =
  'give ranges inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fc00::/7 with commas between, as in 10.20.0.0/16,fd12:3456::/32'
const dnsServersFix =
  'give IP addresses with commas between, each with its port where it is not 53, as in 10.0.0.53,[fd00::53]:5353'

function problemsOf(environment: Record<string, string | undefined>): string[] {
  try {
    parseConfig({ ...minimal, ...environment })
    return []
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
}

describe('a configuration', () => {
  it('needs six variables and has a sensible rest', () => {
    const config = parseConfig(minimal)
    expect(config).toMatchObject({
      nodeEnv: 'production',
      port: 3000,
      publicUrl: 'https://kstone.example.com',
      logLevel: 'info',
      signUpEnabled: true,
      tenantDeletionGraceHours: 72,
      databasePoolSize: 10,
      trustProxyHops: 0,
    })
    expect([config.oidc, config.smtp, config.metricsToken, config.ownerDatabaseUrl]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(config.databaseUrl.app.reveal()).toBe(minimal.DATABASE_URL_APP)
  })

  it('takes an empty value for an absent one, as compose files write it', () => {
    expect(parseConfig({ ...minimal, PORT: '', SMTP_URL: ' ', OIDC_ISSUER: '' })).toMatchObject({
      port: 3000,
      smtp: undefined,
    })
  })

  it('puts the active root key first', () => {
    const { rootKeys } = parseConfig({ ...minimal, ROOT_KEYS: `2026-11-22:${hex('B')},k1:${hex('a')}` })
    expect(rootKeys.map(({ id, key }) => [id, key.reveal().toString('hex')])).toEqual([
      ['2026-11-22', hex('b')],
      ['k1', hex('a')],
    ])
  })

  it('takes OIDC and SMTP when they are whole', () => {
    const config = parseConfig({
      ...minimal,
      ...oidc,
      SMTP_URL: 'smtp://127.0.0.1:2525',
      SMTP_FROM: 'Kstone <k@example.com>',
    })
    expect(config.oidc).toMatchObject({ issuer: oidc.OIDC_ISSUER, clientId: 'kstone', name: 'OpenID Connect' })
    expect(config.smtp).toMatchObject({ from: 'Kstone <k@example.com>' })
  })

  it('takes private ranges and DNS servers as lists, empty where none are given', () => {
    const lists = { ALLOW_PRIVATE_CIDRS: '10.20.0.0/16, fd12:3456::/32', DNS_SERVERS: '10.0.0.53, [fd00::53]:5353,::1' }
    expect(parseConfig({ ...minimal, ...lists })).toMatchObject({
      allowedPrivateRanges: ['10.20.0.0/16', 'fd12:3456::/32'],
      dnsServers: ['10.0.0.53', '[fd00::53]:5353', '::1'],
    })
    expect(parseConfig(minimal)).toMatchObject({ allowedPrivateRanges: [], dnsServers: [] })
  })

  it('drops the slash behind the public address', () => {
    expect(parseConfig({ ...minimal, PUBLIC_URL: 'http://localhost:3000/' }).publicUrl).toBe('http://localhost:3000')
  })

  it('shows no secret when it is logged whole', () => {
    const config = parseConfig({ ...minimal, ...oidc, METRICS_TOKEN: 'metrics-canary-metrics' })
    expect(JSON.stringify(config)).not.toMatch(/canary|aaaa/)
  })
})

describe('a wrong configuration', () => {
  it.each([
    ['NODE_ENV', 'prod', 'use development, test or production'],
    ['PORT', '70000', 'give a whole number from 0 to 65535'],
    ['PORT', '80.5', 'give a whole number from 0 to 65535'],
    ['PORT', '0x50', 'give a whole number from 0 to 65535'],
    ['PUBLIC_URL', 'kstone.example.com', 'give scheme, host and port only, as in https://kstone.example.com'],
    [
      'PUBLIC_URL',
      'https://kstone.example.com/base',
      'give scheme, host and port only, as in https://kstone.example.com',
    ],
    ['PUBLIC_URL', 'ftp://kstone.example.com', 'give scheme, host and port only, as in https://kstone.example.com'],
    ['DATABASE_URL_OWNER', 'mysql://x', 'give postgresql://kstone_owner:PASSWORD@HOST:5432/DATABASE'],
    ['DATABASE_URL_APP', 'localhost', 'give postgresql://kstone_app:PASSWORD@HOST:5432/DATABASE'],
    ['DATABASE_URL_SYSTEM', 'redis://x', 'give postgresql://kstone_system:PASSWORD@HOST:5432/DATABASE'],
    [
      'DATABASE_POOL_SIZE',
      '0',
      'give a whole number from 1 to 200; all processes together must stay below max_connections of PostgreSQL',
    ],
    ['REDIS_URL', 'localhost:6379', 'give redis://HOST:6379, or rediss:// for TLS'],
    ['NEXTAUTH_SECRET', 'short', 'give at least 32 random characters: openssl rand -base64 32'],
    ['LOG_LEVEL', 'verbose', 'use trace, debug, info, warn, error, fatal or silent'],
    ['METRICS_TOKEN', 'short', 'give at least 16 random characters: openssl rand -hex 16'],
    ['SIGN_UP_ENABLED', 'yes', 'use true or false'],
    ['SIGN_UP_ENABLED', '1', 'use true or false'],
    ['OIDC_NAME', 'x'.repeat(41), 'give a name of at most 40 characters'],
    ['TENANT_DELETION_GRACE_HOURS', '-1', 'give a whole number from 0 to 8760'],
    ['TRUST_PROXY_HOPS', '11', 'give the number of proxies, from 0 (none) to 10'],
    ['ALLOW_PRIVATE_CIDRS', '0.0.0.0/0', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '10.0.0.0', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '10.0.0.1/8', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '8.8.8.0/24', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '127.0.0.0/8', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '169.254.0.0/16', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '10.0.0.0/8,::/0', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', 'fe80::/10', privateRangesFix],
    ['ALLOW_PRIVATE_CIDRS', '*', privateRangesFix],
    ['DNS_SERVERS', 'dns.example.com', dnsServersFix],
    ['DNS_SERVERS', '10.0.0.53:0', dnsServersFix],
    ['DNS_SERVERS', 'fd00::53:x', dnsServersFix],
    ['DNS_SERVERS', '10.0.0.53 10.0.0.54', dnsServersFix],
    ['DNS_SERVERS', '[10.0.0.53', dnsServersFix],
  ])('with %s=%s says how to mend it', (name, value, fix) => {
    expect(problemsOf({ [name]: value })).toEqual([`${name} is not valid: ${fix}`])
  })

  it.each([
    [
      'OIDC_ISSUER',
      'id.example.com',
      'give the address below which /.well-known/openid-configuration answers, as in https://id.example.com/realms/main',
    ],
  ])('with %s=%s beside a good client says how to mend it', (name, value, fix) => {
    expect(problemsOf({ ...oidc, [name]: value })).toEqual([`${name} is not valid: ${fix}`])
  })

  it.each([
    ['SMTP_URL', 'mail.example.com:587', 'give smtp://USER:PASSWORD@HOST:587, or smtps:// for TLS from the first byte'],
    ['SMTP_FROM', 'nobody', 'give an address, as in Kstone <kstone@example.com>'],
    ['SMTP_FROM', 'a@b.c\r\nBcc: x@y.z', 'give an address, as in Kstone <kstone@example.com>'],
  ])('with %s=%j beside a good partner says how to mend it', (name, value, fix) => {
    const smtp = { SMTP_URL: 'smtp://127.0.0.1:25', SMTP_FROM: 'k@example.com' }
    expect(problemsOf({ ...smtp, [name]: value })).toEqual([`${name} is not valid: ${fix}`])
  })

  it.each([
    ['too short', `k1:${'a'.repeat(63)}`],
    ['not hex', `k1:${'g'.repeat(64)}`],
    ['without an id', hex('a')],
    ['three of them', `k1:${hex('a')},k2:${hex('b')},k3:${hex('c')}`],
    ['the same id twice', `k1:${hex('a')},k1:${hex('b')}`],
    ['the same key twice', `k1:${hex('a')},k2:${hex('a')}`],
    ['the same key twice in other letters', `k1:${hex('a')},k2:${hex('A')}`],
  ])('with root keys %s says how to make one', (_, value) => {
    const [problem, ...others] = problemsOf({ ROOT_KEYS: value })
    expect(problem).toMatch(/^ROOT_KEYS is not valid: .*openssl rand -hex 32/)
    expect(others).toEqual([])
  })

  it.each(Object.keys(minimal))('without %s says that it is missing and how to give it', (name) => {
    expect(problemsOf({ [name]: undefined })).toEqual([expect.stringMatching(`^${name} is missing: give `)])
  })

  it.each([
    [
      'an issuer without a client',
      { OIDC_ISSUER: oidc.OIDC_ISSUER },
      'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are missing: set all of OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, or none',
    ],
    [
      'an issuer and a client without its secret',
      { ...oidc, OIDC_CLIENT_SECRET: '' },
      'OIDC_CLIENT_SECRET is missing: set all of OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, or none',
    ],
    [
      'a mail server without a sender',
      { SMTP_URL: 'smtp://127.0.0.1:25' },
      'SMTP_FROM is missing: set all of SMTP_URL, SMTP_FROM, or none',
    ],
    [
      'two public addresses',
      { NEXTAUTH_URL: 'http://localhost:3000' },
      'NEXTAUTH_URL differs from PUBLIC_URL: give both the same value, or leave NEXTAUTH_URL out',
    ],
    [
      'one role for both pools',
      { DATABASE_URL_SYSTEM: minimal.DATABASE_URL_APP },
      'DATABASE_URL_SYSTEM equals DATABASE_URL_APP: each needs its own role, or tenants are not kept apart',
    ],
  ])('with %s says what does not fit together', (_, environment, problem) => {
    expect(problemsOf(environment)).toEqual([problem])
  })

  it('shows everything there is to mend at once', () => {
    const problems = problemsOf({ PORT: 'x', REDIS_URL: undefined, SMTP_FROM: 'k@example.com', LOG_LEVEL: 'loud' })
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['PORT', 'REDIS_URL', 'LOG_LEVEL', 'SMTP_URL'])
  })

  it('never repeats a value', () => {
    const problems = problemsOf({
      DATABASE_URL_APP: 'mysql://app:pw-canary@h/x',
      ROOT_KEYS: `canary:${'a'.repeat(60)}`,
      NEXTAUTH_SECRET: 'canary',
      METRICS_TOKEN: 'canary',
    })
    expect(problems).toHaveLength(4)
    expect(problems.join('\n')).not.toMatch(/canary|aaaa/)
  })
})

describe('the table of settings', () => {
  const table = describeConfig()

  it.each(table.map((setting) => [setting.name, setting] as const))('tells what %s is for', (_, setting) => {
    expect(setting.description).toMatch(/^[A-Z].{10,}[^.]$/)
  })

  it('tells which are required', () => {
    expect(
      table
        .filter(({ isRequired }) => isRequired)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(minimal).toSorted())
  })

  it('tells defaults as they would be written', () => {
    expect(table.find(({ name }) => name === 'SIGN_UP_ENABLED')?.default).toBe('true')
    const defaults = Object.fromEntries(
      table.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])),
    )
    expect(parseConfig({ ...minimal, ...defaults })).toEqual(parseConfig(minimal))
  })
})
