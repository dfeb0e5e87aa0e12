import { expect, test } from 'vitest'
import { closedSockets } from './closed-sockets.ts'

test('names and addresses become sockets, each once; what leads nowhere closes nothing', async () => {
  const found = await closedSockets([
    { host: 'localhost', port: 5432 },
    { host: '127.0.0.1', port: 5432 },
    { host: '[::1]', port: 6379 },
    { host: '::ffff:10.0.0.1', port: 25 },
    { host: 'nowhere.invalid', port: 25 },
  ])
  expect(found).toEqual(expect.arrayContaining(['127.0.0.1:5432', '[::1]:6379', '10.0.0.1:25']))
  expect(found.filter((socket) => socket === '127.0.0.1:5432')).toHaveLength(1)
  expect(found.filter((socket) => socket.endsWith(':25'))).toEqual(['10.0.0.1:25'])
})
