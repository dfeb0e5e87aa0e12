import { route } from '#lib/api/route.ts'
import { apiKeyView, createApiKeyBody, createdApiKeyView, listApiKeysQuery } from '#lib/contracts/api-keys.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { listApiKeys } from '#lib/services/api-keys/list-api-keys.ts'

export const GET = route({
  summary: 'List the API keys of the team',
  access: 'api-keys:read',
  query: listApiKeysQuery,
  response: { status: 200, page: apiKeyView },
  handle: (ctx, { query }) => listApiKeys(ctx, query),
})

export const POST = route({
  summary: 'Make an API key',
  access: 'api-keys:write',
  stepUp: true,
  body: createApiKeyBody,
  response: { status: 201, schema: createdApiKeyView },
  handle: (ctx, { body }) => createApiKey(ctx, body),
})
