import { routeMethods } from '#app/api/methods.generated.ts'
import { unknownRoute } from '#lib/api/unknown-route.ts'

const refuse = unknownRoute(routeMethods)

export const GET = refuse
export const POST = refuse
export const PUT = refuse
export const PATCH = refuse
export const DELETE = refuse
