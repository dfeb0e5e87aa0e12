import { expect, test } from 'vitest'
import { methodsServed } from './served-methods.ts'

const routes = [
  ['/api/v1/clusters/{clusterId}', ['GET', 'DELETE']],
  ['/api/v1/clusters/import', ['POST']],
  ['/api/v1/clusters/{clusterId}/diagnosis', ['POST']],
] as const

test.each([
  ['/api/v1/clusters/1', ['GET', 'DELETE', 'HEAD', 'OPTIONS']],
  ['/api/v1/clusters/import', ['POST', 'OPTIONS']],
  ['/api/v1/clusters/1/diagnosis', ['POST', 'OPTIONS']],
  ['/api/v1/clusters/', undefined],
  ['/api/v1/nothing', undefined],
  ['/', undefined],
])('%s: %s', (path, methods) => {
  expect(methodsServed(routes, path)).toEqual(methods)
})
