/**
 * The network one customer of an access provider commands: the address itself, of IPv6 its /64, since a single household has
 * 2^64 of those to try passwords from. What is no IPv6 address comes back as it is.
 */
export function clientNetwork(ip: string): string {
  const address = ip.split('%')[0] ?? ''
  if (!/^[0-9a-f]*:[0-9a-f:]*$/i.test(address)) return ip
  const [front = [], back = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  const network = [...front, ...zeros, ...back].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
