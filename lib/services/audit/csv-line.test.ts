import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvLine } from './csv-line.ts'

it.each([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', '"\'\tx"'],
  ['\rx', '"\'\rx"'],
  ['a"b', '"a""b"'],
  ['a,b', '"a,b"'],
  ['a\nb', '"a\nb"'],
  ["'-", "''-"],
  ["'plain", "'plain"],
  ['plain', 'plain'],
  ['', ''],
])('writes %j as %j', (text, cell) => {
  expect(csvLine([text])).toBe(`${cell}\r\n`)
})

it('lets no cell begin with what a spreadsheet runs, and loses nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (cells) => {
      const read = readCsv(csvLine(cells))
      expect(read).toHaveLength(cells.length)
      for (const [index, cell] of read.entries()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r]/)
        expect(cell.replace(/^'(?='*[=+\-@\t\r])/, '')).toBe(cells[index])
      }
    }),
  )
})

/** Cells of one line, by RFC 4180. */
function readCsv(line: string): string[] {
  const cells: string[] = []
  for (const [, quoted, plain, comma] of line.slice(0, -2).matchAll(/(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/g)) {
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (comma === '') break
  }
  return cells
}
