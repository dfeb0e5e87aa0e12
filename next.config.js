import createNextIntlPlugin from 'next-intl/plugin'

const withNextIntl = createNextIntlPlugin('./app/i18n/request.ts')

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Probes and scrapers expect these at the root.
  rewrites: async () =>
    ['healthz', 'readyz', 'metrics'].map((name) => ({ source: `/${name}`, destination: `/api/${name}` })),
}

export default withNextIntl(config)
