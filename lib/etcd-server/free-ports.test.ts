import { expect, it } from 'vitest'
import { getFreePorts } from './free-ports.ts'

it('gives no port twice, also to those who ask at the same time', async () => {
  const asked = Array.from({ length: 30 }, (_, index) => getFreePorts('127.0.0.1', (index % 7) * 2))
  const ports = (await Promise.all(asked)).flat()
  expect(new Set(ports).size).toBe(ports.length)
  expect(ports.every((port) => port > 0 && port < 65_536)).toBe(true)
})
