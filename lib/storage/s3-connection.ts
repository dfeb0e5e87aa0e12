import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { S3Client } from '@aws-sdk/client-s3'
import { AppError } from '#lib/errors.ts'
import type { Door } from '#lib/net/door.ts'
import { doorAgent } from '#lib/net/door-agent.ts'
import type { Secret } from '#lib/secret.ts'
import { limitAnswers } from './answer-limit.ts'
import { checkPrefix } from './object-key.ts'
import type { StoreLimits } from './store-limits.ts'

/** Where a bucket is and with what right it is used. */
export interface S3Settings {
  /** Scheme, host and port, as in `https://minio.example.com:9000`; without one, Amazon's own for the region. */
  readonly endpoint?: string | undefined
  readonly region: string
  readonly bucket: string
  /** Whether the bucket stands in the path instead of the host name; most servers but Amazon's want it. */
  readonly pathStyle: boolean
  /** Below which our keys lie, ending with a slash; all of the bucket unless given. */
  readonly prefix?: string | undefined
  readonly accessKeyId: string
  readonly secretAccessKey: Secret<string>
  readonly sessionToken?: Secret<string> | undefined
  /** Whom to trust instead of the public authorities, PEM. */
  readonly ca?: string | undefined
}

/** A bucket and the client that reaches it. */
export interface S3Connection {
  readonly client: S3Client
  /** For the end of an upload, during which some servers are silent for minutes. */
  readonly patientClient: S3Client
  readonly bucket: string
  readonly prefix: string
  readonly region: string
  /** `https://minio.example.com:9000` */
  readonly endpoint: string
  readonly limits: StoreLimits
}

/** Three parts of an upload and room for whatever else goes on. */
const socketsMax = 16

/**
 * A client whose every connection goes through the door. Everything it could otherwise take from the environment or from files
 * of the machine's user is said aloud.
 *
 * @throws AppError `address-malformed`, `storage-no-bucket`, `storage-region` for what cannot be an endpoint, a bucket or a region;
 * RangeError where the prefix is none
 */
export function connectS3(settings: S3Settings, door: Omit<Door, 'signal'>, limits: StoreLimits): S3Connection {
  checkNames(settings)
  const { region, bucket, pathStyle, ca } = settings
  const endpoint = readEndpoint(settings)
  const way = { ...door, keepAlive: true, ...(ca === undefined ? {} : { tls: { ca } }) }
  const agents = { httpAgent: doorAgent('http:', way), httpsAgent: doorAgent('https:', way) }
  for (const agent of Object.values(agents)) agent.maxSockets = socketsMax
  const speak = (socketTimeout: number) =>
    limitAnswers(
      new S3Client({
        endpoint: endpoint.origin,
        region,
        forcePathStyle: pathStyle,
        credentials: credentialsOf(settings),
        requestHandler: { ...agents, socketTimeout },
        ...ourWays,
      }),
    )
  return {
    client: speak(limits.stallMs),
    patientClient: speak(limits.completeMs),
    bucket,
    prefix: checkPrefix(settings.prefix ?? ''),
    region,
    endpoint: endpoint.origin,
    limits,
  }
}

const ourWays = {
  // For requests with `Expect: 100-continue` the handler knows an agent of its own, which would go past the door.
  expectContinueHeader: false,
  // Ours are the attempts, since not every call may be repeated blindly.
  maxAttempts: 1,
  retryMode: 'standard',
  // Since its version 3.729 the client adds a CRC32 that R2, COS, OSS, OBS and older MinIO refuse (aws-sdk-js-v3 #6810, #6819);
  // what we send has its MD5 along, which all of them check.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  // What else would be read from the environment, or from files of the user.
  defaultsMode: 'standard',
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  disableS3ExpressSessionAuth: true,
  followRegionRedirects: false,
  // A clock that is wrong is told, always; corrected, it would fail the first call of each process and no other.
  disableClockSkewCorrection: true,
  authSchemePreference: [],
  sigv4aSigningRegionSet: [],
  userAgentAppId: 'kstone',
} satisfies S3ClientConfig

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: S3Settings) {
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken === undefined ? {} : { sessionToken: sessionToken.reveal() }),
  }
}

function readEndpoint({ endpoint, region }: S3Settings): URL {
  const text = endpoint ?? amazonEndpoint(region)
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (isPlain) return url
  throw new AppError('address-malformed', 'The endpoint is not scheme, host and port', {
    details: { endpoint: text, reason: 'not-an-origin' },
  })
}

/** Names that could be part of another address or an ARN, which the client would follow, are none. */
function checkNames({ bucket, region }: S3Settings): void {
  if (!bucketForm.test(bucket)) {
    throw new AppError('storage-no-bucket', 'Not the name of a bucket', { details: { bucket, reason: 'bucket-name' } })
  }
  if (!regionForm.test(region)) {
    throw new AppError('storage-region', 'Not the name of a region', { details: { region, reason: 'region-name' } })
  }
}

/** Wider than Amazon's rules: other servers take capitals and underscores, as Amazon once did. */
const bucketForm = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/
const regionForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}
