/* What the screens may know of the browser they stand in. */
export { inWeChat, isAppleApp, isInstalled, systemName, thisBrowser, type Browser } from '../../device/browser'
