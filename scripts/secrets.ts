import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { StepError } from './step-error.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

const secretsShape = z.object({
  postgresPassword: z.string(),
  rolePasswords: z.object({ owner: z.string(), app: z.string(), system: z.string() }),
  redisPassword: z.string(),
  rootKeys: z.string(),
  nextAuthSecret: z.string(),
})

/** Everything secret that an installation of its own needs. `rootKeys` is `id:64 hex digits`. */
export type Secrets = z.infer<typeof secretsShape>

export function generateSecrets(): Secrets {
  return {
    postgresPassword: token(),
    rolePasswords: { owner: token(), app: token(), system: token() },
    redisPassword: token(),
    rootKeys: `k1:${randomBytes(32).toString('hex')}`,
    nextAuthSecret: token(),
  }
}

/** The secrets in that file, made the first time. What was encrypted with them is lost with the file. */
export function loadSecrets(file: string): Secrets {
  if (!existsSync(file)) {
    if (existsSync(join(dirname(file), 'postgres')))
      throw lostSecrets(`${file} is gone, but the database made with it is there`)
    writeFileAtomically(file, `${JSON.stringify(generateSecrets(), null, 2)}\n`)
  }
  try {
    return secretsShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw lostSecrets(`${file} is not readable as the secrets of this installation`, error)
  }
}

function lostSecrets(message: string, cause?: unknown): StepError {
  return new StepError(message, {
    fix: 'restore it from a backup: without it, what it encrypted cannot be read. For an empty installation set the folder .kstone aside',
    cause,
  })
}

function token(): string {
  return randomBytes(24).toString('base64url')
}
