/* Notices and web push. */
import type { notices as zh } from '../zh/notices'

export const notices: Record<keyof typeof zh, string> = {
  'notices.title': 'Notices',
  'notices.unread_n': '{n} new',
  'notices.none': 'No notices yet. When your mentor signs or returns, or the college recognises, you hear of it here.',
  'notices.new': 'New',
  'notices.locked': '{n} {n|month was|months were} locked; the latest locked is {month}',
  'notices.no_link': 'That handbook is no longer on this phone',

  'notice.entry_signed': 'Your mentor signed {n} {n|entry|entries}',
  'notice.entry_returned': '{n} {n|entry was|entries were} returned; mend {n|it|them} and hand {n|it|them} in again',
  'notice.entry_credited': 'The college recognised {n} {n|entry|entries}',
  'notice.entry_queried': 'The college has a question about {n} {n|entry|entries}',
  'notice.entry_reversed': '{n} recognised {n|entry was|entries were} reversed',
  'notice.result_verified': '{n} competition {n|result was|results were} verified',
  'notice.result_rejected': '{n} competition {n|result was|results were} not verified; see why',
  'notice.month_locked': '{n} {n|month was|months were} locked',
  'notice.device_enrolled': '{n} new {n|phone was|phones were} enrolled in your name. If it was not you, report {n|it|them} lost and tell your teacher at once',
  'notice.access_reset': 'Your access was reset. If you did not ask for it, tell your teacher at once',
  'notice.reset_asked': 'Somebody asked to reset your access. If it was not you, open this at once',
  'notice.reset_stopped': 'The request to reset your access was stopped. Nothing has changed',
  'notice.other': 'There is something new; update Jiangji to read it',

  'push.title': 'Alerts',
  'push.what': 'When there is something new the phone says “Jiangji: something new”. No name and no content is in it.',
  'push.on': 'Turn alerts on',
  'push.off': 'Turn alerts off',
  'push.is_on': 'Alerts are on for this phone.',
  'push.working': 'Setting up…',
  'word.none_install': 'On an iPhone, first add Jiangji to the home screen and open it from there; then alerts can be turned on.',
  'word.none_browser': 'This browser has no alerts. New notices stand here whenever you open Jiangji.',
  'word.none_wechat': 'There are no alerts inside WeChat. Please open Jiangji in a browser.',
  'word.none_denied': 'Notifications for Jiangji are switched off in the system. Turn them on in the phone’s settings first.',
  'word.none_asked': 'Notifications were not allowed yet, so alerts are not on. Tap again and choose “Allow” in the box that opens.',
  'word.none_service': 'No push on this phone: the push service cannot be reached (common on Android in mainland China without Google services). Everything else works; new notices stand here.',
  'word.none_server': 'The server could not do it just now; alerts are not on. Please try again later.',
}
