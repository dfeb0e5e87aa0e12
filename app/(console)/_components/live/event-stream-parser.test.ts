import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamMessage } from './event-stream-parser.ts'
import { EventStreamParser } from './event-stream-parser.ts'

function parse(...pieces: string[]): StreamMessage[] {
  const parser = new EventStreamParser()
  return pieces.flatMap((piece) => parser.push(piece))
}

describe('EventStreamParser', () => {
  test.each<[string, string, StreamMessage[]]>([
    [
      'kind, data and id',
      'id: 7\nevent: member.joined\ndata: {"a":1}\n\n',
      [{ event: 'member.joined', data: '{"a":1}', lastEventId: '7' }],
    ],
    ['a message without a kind is a message', 'data: x\n\n', [{ event: 'message', data: 'x', lastEventId: '' }]],
    [
      'data over several lines is joined',
      'data: a\ndata:\ndata: b\n\n',
      [{ event: 'message', data: 'a\n\nb', lastEventId: '' }],
    ],
    ['a comment is nothing', ': ping\n\n', []],
    ['a message without data is nothing', 'event: x\n\n', []],
    ['only one space after the colon is cut', 'data:  x\n\n', [{ event: 'message', data: ' x', lastEventId: '' }]],
    ['a field without a colon has an empty value', 'data\n\n', [{ event: 'message', data: '', lastEventId: '' }]],
    [
      'a carriage return ends a line',
      'data: x\r\rdata: y\r\n\r\n',
      [
        { event: 'message', data: 'x', lastEventId: '' },
        { event: 'message', data: 'y', lastEventId: '' },
      ],
    ],
    [
      'a byte order mark at the start is not part of a field',
      '\uFEFFdata: x\n\n',
      [{ event: 'message', data: 'x', lastEventId: '' }],
    ],
    [
      'an id holds for the messages after it',
      'id: 1\ndata: a\n\ndata: b\n\n',
      [
        { event: 'message', data: 'a', lastEventId: '1' },
        { event: 'message', data: 'b', lastEventId: '1' },
      ],
    ],
    [
      'an id with a null character is ignored',
      'id: 1\0\ndata: a\n\n',
      [{ event: 'message', data: 'a', lastEventId: '' }],
    ],
    ['what is not finished is not told', 'data: a\n', []],
  ])('%s', (_guarantee, stream, expected) => {
    expect(parse(stream)).toEqual(expected)
  })

  test('it does not matter where the stream is cut', () => {
    const field = fc.constantFrom('data: x', 'data:y', 'id: 4', 'event: k', ': c', '', 'retry: 1', 'data: 漢字')
    const stream = fc
      .array(fc.tuple(field, fc.constantFrom('\n', '\r\n')), { maxLength: 30 })
      .map((lines) => lines.flat().join(''))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 10 }), (text, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end))
        expect(parse(...pieces)).toEqual(parse(text))
      }),
    )
  })
})
