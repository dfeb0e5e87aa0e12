import product from '../package.json' with { type: 'json' }

/** What wrote a manifest or a certificate. */
export const productVersion: string = product.version
