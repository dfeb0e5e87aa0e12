export interface PemItem {
  /** `CERTIFICATE`, `EC PRIVATE KEY` */
  label: string
  /** From its BEGIN line to the next one, whether or not it ends in between. */
  text: string
  /** From 1 */
  position: number
}

const begin = /-----BEGIN ([A-Z0-9 ]+)-----/g

/** Takes a file of PEM items apart. What stands before the first one, as `openssl s_client` writes it, is left out. */
export function readPemBundle(pem: string): PemItem[] {
  const starts = [...pem.matchAll(begin)]
  return starts.map((start, index) => ({
    label: start[1] ?? '',
    text: pem.slice(start.index, starts[index + 1]?.index),
    position: index + 1,
  }))
}
