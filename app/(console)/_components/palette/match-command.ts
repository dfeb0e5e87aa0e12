/**
 * How well a command goes with what is typed, 0 to 1: every word has to stand in it. Names that merely hold the same letters in
 * that order are none: what Enter does must not hang on chance.
 */
export function matchCommand(id: string, typed: string, [label = '', keywords = '']: readonly string[] = []): number {
  const wanted = typed.trim().toLowerCase()
  const name = label.toLowerCase()
  const all = `${name} ${keywords.toLowerCase()} ${id}`
  if (!wanted.split(/\s+/).every((word) => all.includes(word))) return 0
  if (name.startsWith(wanted)) return 1
  return name.includes(wanted) ? 0.8 : 0.5
}
