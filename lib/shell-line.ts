/** A line for a POSIX shell: every word arrives as the one word it is, whatever stands in it, and the line is made to be pasted. */
export function shellLine(...words: string[]): string {
  return words.map(quote).join(' ')
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
