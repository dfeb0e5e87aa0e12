import { config } from 'zod'

// zod would try `new Function` to see whether it may compile its checks; our content policy forbids that and says so loudly.
config({ jitless: true })
