import { sharedRedis } from './connections.ts'
import { queuePrefix } from './delivery.ts'

const markKey = `${queuePrefix}:memory`

/**
 * Whether Redis has forgotten everything since somebody last asked: it was emptied, or came back without its data. Of many
 * who ask at once one is told. Throws while Redis is away.
 */
export async function hasForgotten(): Promise<boolean> {
  return (await sharedRedis().set(markKey, '1', 'NX')) === 'OK'
}
