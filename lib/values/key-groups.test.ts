import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupOf, isWhole, wellKnownGroups } from './key-groups.ts'

describe('the group of a key', () => {
  it.each([
    ['/registry/pods/default/web-0', '/registry/pods/', 'pods'],
    ['/registry/deployments/default/web', '/registry/deployments/', 'apps/deployments'],
    ['/registry/minions/node-1', '/registry/minions/', 'nodes'],
    ['/registry/services/specs/default/web', '/registry/services/specs/', 'services'],
    ['/registry/services/endpoints/default/web', '/registry/services/endpoints/', 'endpoints'],
    ['/registry/cilium.io/ciliumnodes/n1', '/registry/cilium.io/ciliumnodes/', 'cilium.io/ciliumnodes'],
    ['/registry/ranges/serviceips', '/registry/ranges/', 'ranges'],
    ['/apisix/routes/1', '/apisix/routes/', 'routes'],
    ['/service/db/leader', '/service/', '/service/'],
    ['config/a', 'config/', 'config/'],
    ['compact_rev_key', 'compact_rev_key', 'compact_rev_key'],
    ['/', '/', '/'],
    ['', '', ''],
  ])('of %s is %s', (key, prefix, name) => {
    expect(groupOf(key)).toEqual({ prefix, name })
  })

  it('has a prefix of the key, and keys under that prefix with a folder more are of the same group', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, more) => {
        const { prefix } = groupOf(key)
        expect(key.startsWith(prefix)).toBe(true)
        if (prefix.endsWith('/') && prefix.length > 1)
          expect(groupOf(`${prefix}x/${more}`).prefix.startsWith(prefix)).toBe(true)
      }),
    )
  })

  it('is known beforehand for what every Kubernetes and APISIX has', () => {
    for (const { prefix, name } of wellKnownGroups) expect(groupOf(`${prefix}default/x`)).toEqual({ prefix, name })
  })
})

const part = fc.constantFrom('registry', 'apisix', 'services', 'pods', 'routes', 'a.example.com', 'a', 'ab', '')
const anyKey = fc
  .tuple(fc.constantFrom('', '/'), fc.array(part, { maxLength: 4 }))
  .map(([start, parts]) => start + parts.join('/'))

it('a group is whole where its prefix holds no key of another', () => {
  expect(isWhole(groupOf('/registry/pods/a/b'))).toBe(true)
  expect(isWhole(groupOf('/orders/1'))).toBe(true)
  for (const key of [
    'key1',
    '/',
    '/apisix/name',
    '/registry/name',
    '/registry/services/x',
    '/registry/a.example.com/x',
  ]) {
    expect(isWhole(groupOf(key))).toBe(false)
  }
  fc.assert(
    fc.property(anyKey, anyKey, (one, other) => {
      const group = groupOf(one)
      fc.pre(isWhole(group) && other.startsWith(group.prefix))
      expect(groupOf(other).prefix).toBe(group.prefix)
    }),
    { numRuns: 3_000 },
  )
})
