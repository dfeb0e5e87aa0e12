/**
 * Control characters, which terminals obey and Postgres refuses, and those that end a line or turn the direction of text,
 * which forge what people read; the same as in names that people give.
 */
const unfit = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

/**
 * What a server of somebody else's says, fit to be stored, logged and shown: well-formed, at most `lengthMax` UTF-16 units, and
 * U+FFFD in place of each character that is not for reading. Cut first, so that it costs nothing, however long the text is.
 */
export function cleanText(text: string, lengthMax: number): string {
  return cutText(text, lengthMax).toWellFormed().replaceAll(unfit, '\uFFFD')
}

/** The same for what may have been written over several lines: white space of any kind is one space. */
export function cleanLine(text: string, lengthMax: number): string {
  const folded = text
    .slice(0, linesSlack * lengthMax)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return cleanText(folded, lengthMax)
}

/** How much more than is shown is looked at for white space to fold. */
const linesSlack = 4

/** Halves no surrogate pair; one that was halved before is left for `toWellFormed`. */
function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  const isHalved = isHighSurrogate(text.charCodeAt(lengthMax - 1)) && isLowSurrogate(text.charCodeAt(lengthMax))
  return text.slice(0, isHalved ? lengthMax - 1 : lengthMax)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
