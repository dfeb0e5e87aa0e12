import { newId } from '#lib/ids.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import type { NumberedEvent } from './read-events.ts'

/** Messages a reader may be behind before it is let go; it comes back and goes on where it stopped. */
const unreadMessagesMax = 1_000

/** How long a browser waits before it connects again. */
const retryMs = 2_000

const encoder = new TextEncoder()

/** One open page: a text/event-stream and the credentials it was opened with. */
export class LiveStream {
  readonly id = newId()
  readonly tenantId: string
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  readonly apiKeyId: string | undefined
  readonly body: ReadableStream<Uint8Array>
  /** Everything up to here has been sent. */
  cursor = 0n
  readonly #onEnd: (stream: LiveStream) => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor({ tenantId, actor, session, signal }: TenantContext, onEnd: (stream: LiveStream) => void) {
    this.tenantId = tenantId
    this.userId = session?.userId
    this.sessionId = session?.id
    this.apiKeyId = actor.kind === 'api-key' ? actor.id : undefined
    this.#onEnd = onEnd
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => this.end(),
    })
    this.#write(`retry: ${retryMs}\n\n`)
    signal.addEventListener('abort', () => this.end(), { once: true })
    if (signal.aborted) this.end()
  }

  get hasEnded(): boolean {
    return this.#controller === undefined
  }

  /** Whether an announced change of access may be about this stream. */
  belongsTo(id: string): boolean {
    return [this.userId, this.sessionId, this.apiKeyId, this.tenantId].includes(id)
  }

  /** Tells where the sequence stands, to a reader who is new. */
  hello(seq: bigint): void {
    this.cursor = seq
    this.#write(`event: hello\nid: ${seq}\ndata: {}\n\n`)
  }

  /** Tells the reader to load everything anew. */
  resync(seq: bigint): void {
    this.cursor = seq
    this.#write(`event: resync\nid: ${seq}\ndata: {}\n\n`)
  }

  /** Sends an event, once. */
  send({ seq, event }: NumberedEvent): void {
    if (seq <= this.cursor) return
    this.cursor = seq
    this.#write(`id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  /** Keeps whatever lies between from taking the silence for the end. */
  beat(): void {
    this.#write(':\n\n')
  }

  /** Ends because whoever reads may no longer. */
  endAccess(): void {
    this.#write('event: access-ended\ndata: {}\n\n')
    this.end()
  }

  end(): void {
    if (!this.#controller) return
    try {
      this.#controller.close()
    } catch {
      // The reader has cancelled, which closes as well.
    }
    this.#controller = undefined
    this.#onEnd(this)
  }

  #write(text: string): void {
    const unread = 1 - (this.#controller?.desiredSize ?? 1)
    if (unread > unreadMessagesMax) this.end()
    else this.#controller?.enqueue(encoder.encode(text))
  }
}
