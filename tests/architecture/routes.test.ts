import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { routeMethods } from '#app/api/methods.generated.ts'
import { routes } from '#app/api/routes.generated.ts'
import { httpMethods } from '#lib/api/openapi.ts'
import { permissions } from '#lib/contracts/roles.ts'
import { apiPath, generatedFiles } from '#scripts/generate-routes.ts'

describe('the list of routes', () => {
  test('is what the file system holds (else run: node scripts/generate-routes.ts)', () => {
    for (const { file, text } of generatedFiles()) expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('names every method that a route has', () => {
    const present = routes.map(({ path, methods }) => [path, Object.keys(methods).toSorted()])
    expect(routeMethods.map(([path, methods]) => [path, methods.toSorted()])).toEqual(present)
  })

  test('turns folders into paths', () => {
    expect(apiPath('app/api/v1/members/[userId]/reset-link/route.ts')).toBe('/api/v1/members/{userId}/reset-link')
  })

  test('holds at least the routes of teams and people', () => {
    expect(routes.length).toBeGreaterThan(15)
  })
})

describe.each(routes.map((module) => [module.path, module] as const))('%s', (_path, { methods }) => {
  const handlers = httpMethods.flatMap((method) => (methods[method] ? [[method, methods[method]] as const] : []))

  test('exports nothing but handlers made by route()', () => {
    expect(Object.keys(methods).sort()).toEqual(handlers.map(([method]) => method).sort())
    for (const [method, handler] of handlers) expect(handler.definition, method).toBeDefined()
  })

  test('says who may call, and shows an example of every body', () => {
    for (const [method, { definition }] of handlers) {
      expect(['public', 'self', ...permissions], method).toContain(definition.access)
      expect(definition.summary.length, method).toBeGreaterThan(5)
      if (!definition.body) continue
      const example = definition.body.meta()?.example
      expect(definition.body.safeParse(example).success, `${method}: the example does not fit its own schema`).toBe(
        true,
      )
    }
  })

  test('a reader changes nothing but their own membership', () => {
    const changes = handlers.filter(
      ([method, { definition }]) => method !== 'GET' && definition.access.endsWith(':read'),
    )
    expect(
      changes.map(([, { definition }]) => definition.summary).filter((summary) => summary !== 'Leave the team'),
    ).toEqual([])
  })
})
