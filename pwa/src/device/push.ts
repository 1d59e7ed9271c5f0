/* Web push as this browser has it, or why it has none. The push service belongs to the browser's maker; in mainland China many
   phones cannot reach theirs, and the browser may then wait for ever: ten seconds are enough. */
import type { OwnWord } from '../sync/own'
import { inWeChat, isInstalled, thisBrowser } from './browser'
import { fromBase64url } from './bytes'

export type NoPush = Extract<OwnWord, `none_${string}`>

/** What the server is told: where to send, and the keys that close the envelope. */
export interface Address {
  endpoint: string
  p256dh: string
  auth: string
}

const TIMEOUT_MS = 10_000

const has = (name: 'PushManager' | 'Notification'): boolean => name in window

/** null where push may be asked for. */
export function whyNoPush(): NoPush | null {
  if (inWeChat()) return 'none_wechat'
  if (thisBrowser() === 'iphone' && !isInstalled()) return 'none_install'
  if (!has('PushManager') || !has('Notification') || !('serviceWorker' in navigator)) return 'none_browser'
  return Notification.permission === 'denied' ? 'none_denied' : null
}

async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  return 'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration('/') : undefined
}

/** `toJSON` leaves nothing to guess at how the keys are spelled. */
function addressOf(subscription: PushSubscription): Address | null {
  const { endpoint, keys } = subscription.toJSON()
  const { p256dh, auth } = keys ?? {}
  return endpoint && p256dh && auth ? { endpoint, p256dh, auth } : null
}

export async function pushAddress(): Promise<Address | null> {
  const subscription = whyNoPush() === null ? await (await registered())?.pushManager.getSubscription() : null
  return subscription ? addressOf(subscription) : null
}

function sameKey(subscription: PushSubscription, key: Uint8Array): boolean {
  const known = subscription.options?.applicationServerKey
  if (!known) return true
  const bytes = new Uint8Array(known)
  return bytes.length === key.length && bytes.every((byte, at) => byte === key[at])
}

async function subscribe(key: Uint8Array<ArrayBuffer>): Promise<Address | NoPush> {
  const manager = (await registered())?.pushManager
  if (!manager) return 'none_browser'
  const before = await manager.getSubscription()
  // A server with a new key cannot use what was made for its old one.
  if (before && !sameKey(before, key)) await before.unsubscribe()
  const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  return addressOf(made) ?? 'none_service'
}

/** Call it from a tap: the browser asks the person only then. */
export async function askForPush(serverKey: string, timeout_ms = TIMEOUT_MS): Promise<Address | NoPush> {
  const none = whyNoPush()
  if (none) return none
  const key = fromBase64url(serverKey)
  if (!key) return 'none_service'
  const granted = await Notification.requestPermission()
  if (granted !== 'granted') return granted === 'denied' ? 'none_denied' : 'none_asked'
  let timer: ReturnType<typeof setTimeout> | undefined
  const tired = new Promise<NoPush>((resolve) => {
    timer = setTimeout(() => resolve('none_service'), timeout_ms)
  })
  try {
    return await Promise.race([subscribe(key), tired])
  } catch {
    // "Registration failed - push service error", and its cousins in other browsers
    return 'none_service'
  } finally {
    clearTimeout(timer)
  }
}

export async function dropPush(): Promise<void> {
  const subscription = await (await registered())?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
}
