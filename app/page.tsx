import { redirect } from 'next/navigation'
import { getVisitor } from './(console)/_visit/visitor.ts'

/** The front door: the console for those who are signed in, sign-in for everybody else. */
export default async function StartPage(): Promise<never> {
  const { tenant } = await getVisitor()
  return redirect(tenant ? '/clusters' : '/no-team')
}
