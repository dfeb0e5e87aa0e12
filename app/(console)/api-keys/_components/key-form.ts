import type { z } from 'zod'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import type { createApiKeyBody } from '#lib/contracts/api-keys.ts'

/** The form of a new key, as its fields see it. */
export type KeyForm = ApiForm<z.input<typeof createApiKeyBody>, z.output<typeof createApiKeyBody>>
