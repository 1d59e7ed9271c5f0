/* Inside WeChat, and in browsers that cannot keep a key: a one-shot page. */
import type { once as zh } from '../zh/once'

export const once: Record<keyof typeof zh, string> = {
  'once.wechat': 'Inside WeChat this works online only and keeps nothing. Tap ⋯ at the top right and choose “Open in browser” (在浏览器打开).',
  'once.online_only': 'This browser cannot keep a signing key safely, so it works online only: saved means the server has it. After closing or reloading the page, log in again before you write.',
  'once.window': 'Open it in a normal window (not a private one) or in another browser, and it works offline too.',
  'once.how': 'How to open it',
  'once.copy': 'Copy the address',
  'once.copied': 'Address copied. Paste it into a browser.',
  'once.address': 'Address',
  'once.login': 'Logging out here also retires the key made here.',
}
