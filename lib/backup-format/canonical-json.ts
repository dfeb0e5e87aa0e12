/** What JSON can say; properties that are undefined are left out. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined }

/**
 * The one text of a value, as RFC 8785 has it: no spaces, the properties sorted by their UTF-16 units, numbers and strings as
 * ECMAScript writes them. Equal values have equal texts, so that a signature holds for the value.
 *
 * @throws RangeError for a number that is not finite, and for a string with half a character
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`JSON has no number ${value}`)
  if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('A string has half a character')
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const properties = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const property = value[name]
      return property === undefined ? [] : `${canonicalJson(name)}:${canonicalJson(property)}`
    })
  return `{${properties.join(',')}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
