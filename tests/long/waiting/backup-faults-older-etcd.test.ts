import { describeBackupFaults } from '#tests/support/backup-faults-suite.ts'

describeBackupFaults('3.4')
