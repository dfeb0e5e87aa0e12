export interface TlsFiles {
  readonly serverCert: string
  readonly serverKey: string
  /** Whose clients are let in, in `mutual`. */
  readonly clientCa: string
  readonly peerCert: string
  readonly peerKey: string
  readonly peerCa: string
}
