/** What each call of ours needs, in the words of S3's policies ("Actions, resources, and condition keys for Amazon S3"). */
const permissions = {
  PutObject: 's3:PutObject',
  HeadObject: 's3:GetObject',
  GetObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListParts: 's3:ListMultipartUploadParts',
} as const

export type S3Operation = keyof typeof permissions

/** Newer servers say it themselves: "… is not authorized to perform: s3:PutObject on resource …". */
export function permissionFor(operation: S3Operation, said: string): string {
  return /not authorized to perform: (s3:\w{1,60})/.exec(said)?.[1] ?? permissions[operation]
}
