import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from '#app/api/routes.generated.ts'
import { buildApp } from '#tests/support/stack.ts'

const manifestFile = '.next/app-path-routes-manifest.json'
/** Described by nothing but themselves: the description, and the answer for every address that no route has. */
const notListed = ['/api/v1/openapi.json', '/api/v1/[...unknown]']

beforeAll(() => buildApp(), 600_000)

it('the routes that are documented and tried by every role are those that Next serves', () => {
  const served = Object.values(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(manifestFile, 'utf8'))))
    .filter((path) => path.startsWith('/api/v1/') && !notListed.includes(path))
    .map((path) => path.replace(/\[(\w+)\]/g, '{$1}'))
  expect(served.sort()).toEqual(routes.map(({ path }) => path).sort())
  expect(served.length).toBeGreaterThan(15)
})
