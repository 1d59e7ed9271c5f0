/* Coming in: activation and log-in. */
import type { door as doorInChinese } from '../zh/door'

export const door: Record<keyof typeof doorInChinese, string> = {
  'activate.title': 'Activate',
  'activate.intro': 'Use the slip from your teacher: scan its code, or type it below.',
  'activate.login': 'Account',
  'activate.code': 'Activation code (10 characters)',
  'activate.check': 'Next',
  'activate.hello': 'Hello {name}. Please set a password.',
  'activate.password': 'New password (at least 8 characters)',
  'activate.again': 'The password once more',
  'activate.shared': 'Several people use this phone',
  'activate.pin_optional': 'PIN (optional): 4–12 digits, unlocks without a network',
  'activate.pin_shared': 'PIN (required on a shared phone)',
  'activate.done': 'Activate',
  'activate.short': 'The password needs at least 8 characters.',
  'activate.differ': 'The two passwords differ.',
  'activate.to_login': 'I have an account: log in',

  'keep.nothing': 'This browser can keep nothing',
  'keep.nothing_why': 'It is most likely a private window, storage is switched off, or the browser is too old. Jiangji cannot be used here. Your activation code has not been used up.',
  'keep.no_key': 'This browser cannot keep a signing key',
  'keep.no_key_why': 'You can go on, but online only: saved means the server has it; after closing or reloading the page you log in again before you can write.',
  'keep.way_out': 'Open it in a normal window of your browser, not a private one. If that does not help, update the browser or use another.',
  'keep.window': 'Activate in a normal window, not a private one: when that is closed, whatever was not synced is gone.',
  'keep.label': '{label} (temporary)',

  'login.title': 'Log in',
  'login.login': 'Account',
  'login.password': 'Password',
  'login.enter': 'Log in',
  'login.entering': 'Logging in…',
  'login.pin': 'PIN',
  'login.wait_seconds': '{n} {n|second|seconds} to wait.',
  'login.wait_minutes': 'About {n} {n|minute|minutes} to wait.',
  'login.to_activate': 'First time here: activate',
}
