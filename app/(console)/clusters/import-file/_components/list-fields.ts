import type { z } from 'zod'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import type { StartImport, startImportBody } from '#lib/contracts/cluster-imports.ts'

export type ListFields = ApiForm<z.input<typeof startImportBody>, StartImport>
