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
  'activate.pin': 'PIN (4–12 digits, unlocks without a network)',
  'activate.pin_optional': 'PIN (optional): 4–12 digits, unlocks without a network',
  'activate.pin_shared': 'PIN (required on a shared phone)',
  'activate.done': 'Activate',
  'activate.short': 'The password needs at least 8 characters.',
  'activate.differ': 'The two passwords differ.',
  'activate.to_login': 'I have an account: log in',

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
