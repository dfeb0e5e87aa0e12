import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { findVisitor } from '#lib/api/page.ts'
import type { SelfContext } from '#lib/tenancy/context.ts'
import { signInAddress } from './sign-in-address.ts'

/** Whoever opened the page; asked once per request, however many layouts and pages want to know. */
const visitor = cache(async () => findVisitor(await headers()))

/** Whoever opened the page; leads everybody else to sign-in and back. */
export async function getVisitor(): Promise<SelfContext> {
  const self = await visitor()
  if (self) return self
  // Set by proxy.ts from the address itself, so it cannot lead to another site.
  return redirect(signInAddress((await headers()).get('x-kstone-path') ?? '/'))
}
