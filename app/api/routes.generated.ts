import type { RouteModule } from '#lib/api/openapi.ts'

// Made from the file system by `node scripts/generate-routes.ts`; an architecture test says when it is stale.
export const routes: readonly RouteModule[] = [
]
