import createNextIntlPlugin from 'next-intl/plugin'

const withNextIntl = createNextIntlPlugin('./app/i18n/request.ts')

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Next's own badge would cover the live status in the corner.
  devIndicators: false,
  // `npm run check` checks the types, with the compiler's own settings; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  // They read their protocol files from beside their own sources, which a bundle does not have.
  serverExternalPackages: ['etcd3', '@grpc/grpc-js', '@grpc/proto-loader'],
  // Probes and scrapers expect these at the root.
  rewrites: async () =>
    ['healthz', 'readyz', 'metrics'].map((name) => ({ source: `/${name}`, destination: `/api/${name}` })),
}

export default withNextIntl(config)
