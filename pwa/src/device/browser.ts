/* What kind of browser this is, by what it says of itself. Asked anew each time: a tab becomes an app while it is open. */
export type Browser = 'wechat' | 'iphone' | 'huawei' | 'xiaomi' | 'android' | 'desktop'

const WECHAT = /MicroMessenger/i
const APPLE = /iPhone|iPad|iPod/i
const HARMONY = /HarmonyOS|OpenHarmony/i
const ANDROID = /Android/i

const BROWSERS: [Browser, RegExp[]][] = [
  ['wechat', [WECHAT]],
  ['iphone', [APPLE]],
  ['huawei', [HARMONY, /HuaweiBrowser|ArkWeb/i]],
  ['xiaomi', [/MiuiBrowser|XiaoMi/i]],
  ['android', [ANDROID]],
]

/** How it is called in the list of one's devices. */
const SYSTEMS: [string, RegExp][] = [
  ['微信', WECHAT],
  ['HarmonyOS', HARMONY],
  ['iPhone', APPLE],
  ['Android', ANDROID],
  ['Windows', /Windows/i],
  ['Mac', /Mac OS/i],
]

export const thisBrowser = (): Browser =>
  BROWSERS.find(([, marks]) => marks.some((mark) => mark.test(navigator.userAgent)))?.[0] ?? 'desktop'

export const systemName = (): string => SYSTEMS.find(([, mark]) => mark.test(navigator.userAgent))?.[0] ?? 'Web'

export const inWeChat = (): boolean => WECHAT.test(navigator.userAgent)

/** Opened from the home screen of an iPhone or iPad: no downloads there. */
export const isAppleApp = (): boolean => (navigator as { standalone?: boolean }).standalone === true

/** Opened from the home screen, whatever the system. */
export const isInstalled = (): boolean => window.matchMedia('(display-mode: standalone)').matches || isAppleApp()
