import { describeKeptBackups } from '#tests/support/backup-kept-suite.ts'

describeKeptBackups('3.4')
