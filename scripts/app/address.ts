import { getFreePort, isPortTaken } from '#scripts/process/free-port.ts'
import { StepError } from '#scripts/step-error.ts'

export type Address = { port: number; host: string; publicUrl: string }

const defaultPort = 3000
const portsToTry = 100

/** Where the product will listen: PORT (0 for any free one) or 3000 or the next free; HOST or 127.0.0.1. */
export async function chooseAddress(): Promise<Address> {
  const host = process.env.HOST || '127.0.0.1'
  const port = await choosePort(process.env.PORT)
  return { port, host, publicUrl: process.env.PUBLIC_URL || `http://localhost:${port}` }
}

async function choosePort(wanted: string | undefined): Promise<number> {
  if (wanted === undefined || wanted === '') return findFrom(defaultPort)
  const port = Number(wanted)
  if (!/^\d+$/.test(wanted) || port > 65_535) {
    throw new StepError(`PORT is ${JSON.stringify(wanted)}`, {
      fix: 'give a whole number from 0 to 65535; 0 takes any free one',
    })
  }
  if (!(await isPortTaken(port))) return port === 0 ? findAny() : port
  throw new StepError(`port ${port} is taken or not allowed`, { fix: 'end what listens there, or start with PORT=0' })
}

async function findFrom(first: number): Promise<number> {
  for (let port = first; port < first + portsToTry; port += 1) if (!(await isPortTaken(port))) return port
  return findAny()
}

async function findAny(): Promise<number> {
  for (;;) {
    const port = await getFreePort()
    if (!(await isPortTaken(port))) return port
  }
}
