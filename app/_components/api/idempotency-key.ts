const keySizeBytes = 16

/** A fresh random key; works on plain HTTP too, where `crypto.randomUUID` is missing. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(keySizeBytes))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
