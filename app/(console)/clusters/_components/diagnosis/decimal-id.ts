/** An id of etcd in the decimal etcdctl and the API print it in; undefined where it is no id. */
export function decimalId(hexadecimal: string): string | undefined {
  return /^[0-9a-f]{1,16}$/.test(hexadecimal) ? BigInt(`0x${hexadecimal}`).toString() : undefined
}
