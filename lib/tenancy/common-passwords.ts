import vocabulary from './common-passwords.json' with { type: 'json' }

// Published lists of common passwords hold few of twelve characters and more, and those that are follow a handful of habits:
// a favourite word or two, written in leet, doubled, with a year, digits or an exclamation mark around; or a walk over the
// keyboard. So the vocabulary is stored and the habits are rules: together they stand for far more than any list.

/** Sequences of keys shorter than this also occur in good passwords. */
const runLengthMin = 4
/** Three unrelated words of the vocabulary are better than what people choose; two are a habit. */
const differentWordsMax = 2
const differentCharactersMin = 5
/** Digits and marks around the words that still count as decoration: a date (8) and a few marks. */
const decorationLengthMax = 12
const ownWordLengthMin = 3

const words = new Set(vocabulary.words.split(' '))
const wordLengthMax = 24
const runs = vocabulary.runs.flatMap((run) => [run, [...run].reverse().join('')])

const leet = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i', '|': 'l' }
/** The same text as it stands, and with digits and marks read as the letters they resemble; `1` resembles two. */
const readings = [{}, leet, { ...leet, '1': 'l', '!': 'l' }]

/** Words of the installation that every attacker knows as well. */
const ownWords = ['kstone', 'etcd']

/**
 * Whether a password (of 12 characters and more) is one that attackers try early: it consists of nothing but common words,
 * keyboard walks and what everybody knows about the person, plus digits and marks.
 *
 * @param about e-mail address and names belonging to the account
 */
export function isCommonPassword(password: string, about: readonly string[] = []): boolean {
  const lower = password.toLowerCase()
  if (new Set(lower).size < differentCharactersMin) return true
  const known = new Set([...ownWords, ...about.flatMap(wordsOf)])
  return isMadeOf(lower, known)
}

function wordsOf(text: string): string[] {
  const lower = text.toLowerCase()
  const [local = '', domain = ''] = lower.split('@')
  const parts = lower.split(/[^\p{L}\p{N}]+/u)
  const joined = [local, domain, local.replace(/[^\p{L}\p{N}]/gu, ''), parts.join('')]
  return [...parts, ...joined].filter((word) => word.length >= ownWordLengthMin)
}

function spellingsOf(text: string): Set<string> {
  const letters = [...text]
  return new Set(readings.map((table) => letters.map((letter) => Reflect.get(table, letter) ?? letter).join('')))
}

interface Reading {
  /** Words in use so far, own ones aside. */
  words: ReadonlySet<string>
  decoration: number
}

/** Reads the text from left to right in every possible way, keeping the cheapest reading of each position. */
function isMadeOf(text: string, known: ReadonlySet<string>): boolean {
  const best = new Map<number, Reading>([[0, { words: new Set(), decoration: 0 }]])
  for (let start = 0; start < text.length; start += 1) {
    const reading = best.get(start)
    if (!reading) continue
    for (const [length, next] of continuations(text.slice(start), reading, known)) {
      const other = best.get(start + length)
      if (!other || costOf(next) < costOf(other)) best.set(start + length, next)
    }
  }
  return best.has(text.length)
}

function costOf({ words: used, decoration }: Reading): number {
  return used.size * decorationLengthMax + decoration
}

function* continuations(rest: string, reading: Reading, known: ReadonlySet<string>): Generator<[number, Reading]> {
  const run = runLengthOf(rest)
  if (run > 0) yield [run, reading]
  for (const [length, part] of beginningsOf(rest)) {
    const next = known.has(part) ? reading : withWord(part, reading)
    if (next) yield [length, next]
  }
  const isDecoration = /^[^\p{L}]/u.test(rest) || rest[0] === rest[1]
  if (isDecoration && reading.decoration < decorationLengthMax) {
    yield [1, { ...reading, decoration: reading.decoration + 1 }]
  }
}

function* beginningsOf(text: string): Generator<[number, string]> {
  for (let length = 1; length <= Math.min(wordLengthMax, text.length); length += 1) {
    for (const part of spellingsOf(text.slice(0, length))) yield [length, part]
  }
}

function withWord(word: string, { words: used, decoration }: Reading): Reading | undefined {
  if (!words.has(word)) return undefined
  const next = new Set([...used, word])
  return next.size <= differentWordsMax ? { words: next, decoration } : undefined
}

/** How far the text walks along the keyboard, the alphabet or the digits; 0 for less than four steps. */
function runLengthOf(text: string): number {
  let longest = 0
  for (const run of runs) {
    let length = Math.max(runLengthMin, longest + 1)
    while (length <= text.length && run.includes(text.slice(0, length))) {
      longest = length
      length += 1
    }
  }
  return longest
}
