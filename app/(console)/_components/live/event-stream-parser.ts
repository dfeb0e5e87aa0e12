/** One message of a text/event-stream. */
export interface StreamMessage {
  /** Kind of the message; `message` when the stream names none. */
  event: string
  data: string
  /** The id in force, which a reader sends back as `Last-Event-ID`; empty while the stream gave none. */
  lastEventId: string
}

/**
 * Takes a text/event-stream apart, piece by piece as it comes (WHATWG HTML §9.2.6). Pieces may be cut anywhere. Comments and
 * messages without data yield nothing; `retry` is ignored, since the reader has a back-off of its own.
 */
export class EventStreamParser {
  #rest = ''
  #isFirst = true
  #event = ''
  #data: string[] = []
  #lastEventId = ''

  push(piece: string): StreamMessage[] {
    const messages: StreamMessage[] = []
    for (const line of this.#linesOf(piece)) {
      const message = line === '' ? this.#dispatch() : this.#take(line)
      if (message) messages.push(message)
    }
    return messages
  }

  /** Complete lines so far; CR LF, LF and CR all end a line, and a CR at the very end may be half of a CR LF. */
  #linesOf(piece: string): string[] {
    let text = this.#rest + piece
    if (this.#isFirst && text !== '') {
      text = text.replace(/^\uFEFF/, '')
      this.#isFirst = false
    }
    const held = text.endsWith('\r') ? '\r' : ''
    const lines = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + held
    return lines
  }

  #take(line: string): undefined {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') this.#event = value
    if (name === 'data') this.#data.push(value)
    if (name === 'id' && !value.includes('\0')) this.#lastEventId = value
  }

  #dispatch(): StreamMessage | undefined {
    const data = this.#data
    const event = this.#event || 'message'
    this.#data = []
    this.#event = ''
    return data.length === 0 ? undefined : { event, data: data.join('\n'), lastEventId: this.#lastEventId }
  }
}
