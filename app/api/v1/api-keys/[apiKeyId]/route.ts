import { route } from '#lib/api/route.ts'
import { apiKeyParams, apiKeyView } from '#lib/contracts/api-keys.ts'
import { revokeApiKey } from '#lib/services/api-keys/revoke-api-key.ts'

export const DELETE = route({
  summary: 'Revoke an API key',
  access: 'api-keys:write',
  params: apiKeyParams,
  response: { status: 200, schema: apiKeyView },
  handle: (ctx, { params }) => revokeApiKey(ctx, params),
})
