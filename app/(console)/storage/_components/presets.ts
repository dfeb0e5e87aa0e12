export const presetNames = ['aws', 'tencent', 'alibaba', 'other'] as const
export type PresetName = (typeof presetNames)[number]

/** How a service is addressed. */
export interface Preset {
  region: string
  /** Absent where the address has to be typed. */
  endpointIn?: (region: string) => string
  pathStyle: boolean
}

/** By the documents of the services: COS "Using AWS S3 SDK", OSS "Use AWS SDKs to access OSS". AWS needs no endpoint. */
export const presets: Record<PresetName, Preset> = {
  aws: { region: 'us-east-1', endpointIn: () => '', pathStyle: false },
  tencent: { region: 'ap-guangzhou', endpointIn: (region) => `https://cos.${region}.myqcloud.com`, pathStyle: false },
  alibaba: { region: 'cn-hangzhou', endpointIn: (region) => `https://s3.oss-${region}.aliyuncs.com`, pathStyle: false },
  other: { region: 'us-east-1', pathStyle: true },
}

/**
 * The endpoint to fill in for a region; undefined where what stands there was typed by somebody, and stays.
 *
 * @param filled what was filled in last
 */
export function endpointToFill(
  name: PresetName,
  { region, endpoint, filled }: { region: string; endpoint: string; filled: string },
): string | undefined {
  const { endpointIn } = presets[name]
  if (!endpointIn || endpoint !== filled) return undefined
  return endpointIn(region.trim())
}
