import { routes } from '#app/api/routes.generated.ts'
import { openApiDocument } from '#lib/api/openapi.ts'
import { config } from '#lib/config.ts'

/** The description of the whole API, made from the routes themselves. */
export function GET(): Response {
  return Response.json(openApiDocument(routes, config().publicUrl))
}

export const dynamic = 'force-dynamic'
