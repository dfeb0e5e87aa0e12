/** What a `User-Agent` header tells about the browser and the machine; empty where it tells nothing we know. */
export interface UserAgentFacts {
  browser: string
  system: string
  isHandheld: boolean
}

/** In this order, since most browsers also claim to be the ones below them. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bMicroMessenger\//, 'WeChat'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/\S+ .*Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const systems: readonly [RegExp, string][] = [
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

export function readUserAgent(header: string): UserAgentFacts {
  return {
    browser: nameIn(browsers, header),
    system: nameIn(systems, header),
    isHandheld: /\b(?:iPhone|iPad|iPod|Android|Mobile)\b/.test(header),
  }
}

function nameIn(table: readonly [RegExp, string][], header: string): string {
  return table.find(([pattern]) => pattern.test(header))?.[1] ?? ''
}
