import { z } from 'zod'
import { shownName } from './names.ts'
import { id, instant, pageQuery } from './paging.ts'
import { permission } from './roles.ts'

export const apiKeyStates = ['active', 'expired', 'revoked'] as const
export const apiKeyParams = z.object({ apiKeyId: id })
export const apiKeyView = z.object({
  id,
  name: z.string(),
  /** The first characters, to recognise the key by. */
  prefix: z.string(),
  scopes: z.array(permission),
  state: z.enum(apiKeyStates),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  lastUsedIp: z.string().nullable(),
})
export type ApiKeyView = z.infer<typeof apiKeyView>
/** `secret` appears only in the answer that creates the key. */
export const createdApiKeyView = apiKeyView.extend({ secret: z.string().meta({ secret: true }) })

export const createApiKeyBody = z
  .strictObject({
    name: shownName,
    scopes: z.array(permission).min(1, { error: 'scopes-required' }).max(64),
    expiresInDays: z
      .number()
      .int({ error: 'days-out-of-range' })
      .min(1, { error: 'days-out-of-range' })
      .max(365, { error: 'days-out-of-range' })
      .default(90),
  })
  .meta({ example: { name: 'ci', scopes: ['clusters:read'], expiresInDays: 30 } })
export const listApiKeysQuery = pageQuery.extend({ state: z.enum(apiKeyStates).optional() })
