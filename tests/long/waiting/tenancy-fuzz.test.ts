import { itLeaksNothing, openFuzzTeams } from '#tests/support/tenancy-fuzz.ts'

openFuzzTeams()
itLeaksNothing(20_000)
