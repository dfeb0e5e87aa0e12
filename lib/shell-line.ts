/** The files a line names in place of what was pasted. */
export const commandFiles = { ca: 'ca.pem', clientCert: 'client.pem', clientKey: 'client-key.pem' } as const

/** A line for a shell: every word arrives as the one word it is, whatever stands in it, and the line is made to be pasted. */
export function shellLine(...words: string[]): string {
  return words.map(quote).join(' ')
}

/** A terminal takes control characters for keys that were pressed, whatever quotes stand around them, so none is left in. */
function quote(word: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(word)) return `$'${word.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}'\\]/gu, escaped)}'`
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** As bash and zsh read it between `$'` and `'`. */
function escaped(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
