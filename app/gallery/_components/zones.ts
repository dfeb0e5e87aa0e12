/** Every time zone the browser knows. */
export const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }))
