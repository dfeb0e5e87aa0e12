/** A version with padded numbers, `3.10.2` → `003.010.002`: what versions are sorted and looked for by. Empty for none. */
export function versionKey(version: string): string {
  return version
    .split('.')
    .map((part) => part.replace(/^\d+/, (digits) => digits.padStart(3, '0')))
    .join('.')
}
