import { describePages } from '#tests/support/page-checks.ts'
import { pagesOfFleet } from '#tests/support/page-tour.ts'

describePages(pagesOfFleet)
