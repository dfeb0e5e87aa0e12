import { z } from 'zod'
import { faultsIn } from '#app/_components/ui/form-resolver.ts'

interface TextFormOptions<Texts, Body> {
  /** What stands in the fields. */
  texts: z.ZodType<Texts, Texts>
  /** Makes a request body of it; it need not be a right one. */
  bodyOf: (texts: Texts) => unknown
  contract: z.ZodType<Body>
}

/** General faults, whose sentences name a bound or a type, which a fault of our own cannot carry on. */
const hasPlaceholders = /^(too|not)-|^wrong-type$|^unknown-field$/

/** Lists and maps that are typed into one field: what is wrong with a part of them is told there. */
const wholes = ['endpoints', 'labels', 'addressMap']

/** A schema over fields whose texts become a request body: it finds what the contract would find, at the field it was typed in. */
export function textForm<Texts, Body>({
  texts,
  bodyOf,
  contract,
}: TextFormOptions<Texts, Body>): z.ZodType<Body, Texts> {
  return texts.transform((typed, issues): Body => {
    const body = bodyOf(typed)
    for (const { path, code } of faultsIn(contract, body)) {
      const message = hasPlaceholders.test(code) ? 'malformed' : code
      issues.addIssue({ code: 'custom', path: formPath(path).split('.'), message })
    }
    return issues.issues.length === 0 ? contract.parse(body) : z.NEVER
  })
}

/** The field in which the place of a fault was typed. */
export function formPath(path: string): string {
  const [first = ''] = path.split('.')
  return wholes.includes(first) ? first : path
}
