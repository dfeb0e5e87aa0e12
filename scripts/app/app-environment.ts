import type { Environment } from '#scripts/process/child.ts'
import type { Secrets } from '#scripts/secrets.ts'
import type { DatabaseUrls } from '#scripts/servers/roles.ts'

export type AppServers = { databaseUrls: DatabaseUrls; redisUrl: string }

/**
 * The settings of lib/config.ts that an installation of its own cannot do without. The owner's login is not among them: it
 * could switch both walls off, and neither web nor worker needs it.
 */
export function appEnvironment(
  { databaseUrls, redisUrl }: AppServers,
  secrets: Pick<Secrets, 'rootKeys' | 'nextAuthSecret'>,
): Environment {
  return {
    NODE_ENV: 'production',
    DATABASE_URL_APP: databaseUrls.app,
    DATABASE_URL_SYSTEM: databaseUrls.system,
    REDIS_URL: redisUrl,
    ROOT_KEYS: secrets.rootKeys,
    NEXTAUTH_SECRET: secrets.nextAuthSecret,
  }
}

/** Where the product is found from outside, as the web part and next-auth want to be told. */
export function addressEnvironment(port: number, publicUrl: string): Record<string, string> {
  return { PORT: String(port), PUBLIC_URL: publicUrl, NEXTAUTH_URL: publicUrl }
}
