import { describePages } from '#tests/support/page-checks.ts'
import { otherPages } from '#tests/support/page-tour.ts'

describePages(otherPages)
