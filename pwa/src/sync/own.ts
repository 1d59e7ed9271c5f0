/* The words the phone itself says when something cannot be done; the server never says them. Whatever is not listed here does not
   compile, and each has a sentence in both languages (tests/look/words.test.ts). */
import type { Word } from './errors'

export const OWN_WORDS = [
  // the storage of the phone
  'phone_full',
  'store_lost',
  'store_failed',
  'account_gone',
  // the way to the server
  'no_network',
  'fault',
  'later',
  'login',
  'not_delivered',
  'stuck',
  'unexpected',
  // coming in and going
  'bad_slip',
  'keeps_nothing',
  'activated_only',
  'accounts_full',
  'online_only',
  'not_enrolled',
  'unsent_work',
  'unsent_photos',
  // the PIN
  'pin_shape',
  'pin_needed',
  'pin_unset',
  'pin_wrong',
  'pin_wait',
  // what is written
  'stray_character',
  'template_full',
  // photos
  'photo_room',
  'photo_full',
  'photo_failed',
  'photo_unreadable',
  'photo_away',
  'photo_offline',
  'photo_too_large',
  'photo_lost',
  'photo_unnamed',
  // codes shown from phone to phone
  'foreign',
  'not_ours',
  'newer',
  'damaged',
  'forged',
  'stranger',
  'certificate_over',
  'own_code',
  'not_your_apprentice',
  'foreign_book',
  'too_much_to_show',
  'written_elsewhere',
  'not_kiosk',
  'for_a_kiosk',
  'no_session',
  // the camera and what it sees
  'no_camera',
  'camera_denied',
  'camera_busy',
  'no_reader',
  'no_code',
  // alerts
  'none_browser',
  'none_install',
  'none_wechat',
  'none_denied',
  'none_asked',
  'none_service',
  'none_server',
] as const

export type OwnWord = (typeof OWN_WORDS)[number]

declare const heard: unique symbol

/** A word the server said. It may be newer than this build, so it is passed on as it came. */
export type Heard = string & { readonly [heard]: true }

/** Whatever a refusal may be called: by the rules, by the phone itself, by the server. */
export type RefusalWord = Word | OwnWord | Heard

export const asHeard = (word: string): Heard => word as Heard
