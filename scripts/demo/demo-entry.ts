/** One key of a demo cluster. */
export interface DemoEntry {
  key: string
  value: Buffer
}
