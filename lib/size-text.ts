const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size as people read it, in powers of 1024: `20 KiB`, `1.4 GiB`; with more digits where sizes are compared. */
export function sizeText(bytes: bigint, lang: string, digitsMax = 1): string {
  let size = Number(bytes)
  let step = 0
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024
    step += 1
  }
  const digits = size >= 100 || step === 0 ? digitsMax - 1 : digitsMax
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: digits }).format(size)} ${units[step]}`
}
