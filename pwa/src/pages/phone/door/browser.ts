/* What kind of browser this is, as far as a person needs to know. */
const SYSTEMS: [RegExp, string][] = [
  [/MicroMessenger/i, '微信'],
  [/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
  [/iPhone|iPad/i, 'iPhone'],
  [/Android/i, 'Android'],
  [/Windows/i, 'Windows'],
  [/Mac OS/i, 'Mac'],
]

export const deviceLabel = (): string => SYSTEMS.find(([mark]) => mark.test(navigator.userAgent))?.[1] ?? 'Web'

export const inWeChat = (): boolean => /MicroMessenger/i.test(navigator.userAgent)
