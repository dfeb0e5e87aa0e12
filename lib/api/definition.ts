import type { z } from 'zod'
import type { Page } from '#lib/contracts/paging.ts'
import type { Permission } from '#lib/contracts/roles.ts'
import type { RequestContext, SelfContext, TenantContext } from '#lib/tenancy/context.ts'

/**
 * Who may call: a permission (somebody acting in a team), `self` (anybody signed in, on their own account) or `public`
 * (anybody at all). There is no default: an open door must be written out.
 */
export type Access = 'public' | 'self' | Permission

export type ContextFor<A extends Access> = A extends 'public'
  ? RequestContext
  : A extends 'self'
    ? SelfContext
    : TenantContext

/** A body sent piece by piece: exports and the live stream. */
export interface StreamedBody {
  body: ReadableStream<Uint8Array>
  /** Makes the browser save the answer under this name. */
  fileName?: string
}

/** What a route answers: one object, one page of a list, or a stream of bytes. */
export type ResponseShape =
  | { status: 200 | 201 | 202; schema: z.ZodType }
  | { status: 200; page: z.ZodType }
  | { status: 200; stream: string }

export type ResultFor<R extends ResponseShape> = R extends { schema: infer S extends z.ZodType }
  ? z.input<S>
  : R extends { page: infer S extends z.ZodType }
    ? Page<z.input<S>>
    : StreamedBody

/** What was sent, each part as its schema made it. */
export interface Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  params: z.output<P>
  query: z.output<Q>
  body: z.output<B>
}

export interface RouteDefinition<
  A extends Access,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends ResponseShape,
> {
  /** One line for the API documentation. */
  summary: string
  access: A
  /** A dangerous thing: asks a person to prove who they are again (≤ 10 minutes ago) and refuses API keys. */
  stepUp?: boolean
  params?: P
  query?: Q
  body?: B
  /** 1 MiB unless a route takes files. */
  bodySizeMaxBytes?: number
  response: R
  handle(ctx: ContextFor<A>, input: Input<P, Q, B>): Promise<ResultFor<R>>
}

/** A definition whose types are forgotten: what documentation and tests read. */
export interface AnyDefinition {
  summary: string
  access: Access
  stepUp?: boolean
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  bodySizeMaxBytes?: number
  response: ResponseShape
}

export type RouteHandler = ((request: Request, route: RouteArguments) => Promise<Response>) & {
  definition: AnyDefinition
}

/** What Next hands to a route handler besides the request; no values at all where the path has none to fill in. */
export interface RouteArguments {
  params: Promise<Record<string, string | string[] | undefined> | undefined>
}
