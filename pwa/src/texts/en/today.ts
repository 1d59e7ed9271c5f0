/* Today. */
import type { today as todayInChinese } from '../zh/today'

export const today: Record<keyof typeof todayInChinese, string> = {
  'today.date': '{weekday} {month}/{day}',
  'today.lines': 'Written today',
  'today.none': 'Nothing written today yet.',
  'today.again': 'Same again',
  'today.returned': '{n} returned to you: mend and hand in again',
  'weekday.0': 'Mon',
  'weekday.1': 'Tue',
  'weekday.2': 'Wed',
  'weekday.3': 'Thu',
  'weekday.4': 'Fri',
  'weekday.5': 'Sat',
  'weekday.6': 'Sun',
  'sign.count': '{n} waiting for you',
  'sign.desk': 'Your work is at a computer: open Jiangji in a desktop browser and log in; review and figures are there. Here you can read handbooks, not sign.',
  'show.call': 'Ask the mentor to sign ({n})',
  'photo.count': '{n} {n|photo|photos} to upload',
  'timer.start': 'Start the timer',
  'timer.running': 'Timer running: {time}',
  'timer.stopped': 'Timed {time}, not written down yet',
  'timer.stop': 'Stop and log hours',
  'timer.write': 'Write it down',
  'timer.since': 'since {day} {at}',
  'timer.time': '{hours} h {minutes} min',
  'timer.drop': 'Throw away',
}
