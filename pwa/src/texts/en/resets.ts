/* Access made anew: two people do it, the person himself sees it coming, the book keeps it. */
import type { resets as zh } from '../zh/resets'

export const resets: Record<keyof typeof zh, string> = {
  'reset.open': 'Somebody asked to reset your access',
  'reset.open_who': '{name} asked at {at}. Reason: {reason}',
  'reset.open_what': 'Once another teacher confirms it, your log-ins and signing keys end on every phone, and you come in again with a new slip; your books and what you signed stay as they are. Sync what is not synced now. If you asked for it yourself there is nothing to do: wait for your new slip.',
  'reset.not_me': 'I did not ask for this',
  'reset.not_me_what': 'Type your password and the request stops at once; both teachers see it.',
  'reset.password': 'Password',
  'reset.stop': 'Stop this reset',
  'reset.stopped': 'Stopped; nothing has changed. Please tell your teacher.',
  'reset.wrong_password': 'The password is wrong, and the request is not stopped. Try again, or call your teacher at once.',
  'reset.mine': 'Resets of my access',
  'reset.done': '{at} by {first} and {second}',
  'reset.done_alone': '{at} by {first}',
  'reset.withdrawn': '{at} withdrawn by a teacher',
  'reset.objected': '{at} stopped: you had not asked for it',
  'reset.lapsed': '{at} nobody confirmed it in time',
  'reset.reason': 'Reason: {reason}',

  'reset.book': 'Two teachers reset the access of {name}',
  'reset.book_me': 'Two teachers reset my access',
  'reset.book_what': '{at}, done by {first} and {second}. From then on the phones of before sign nothing; later sign-offs come from a newly registered phone. Earlier seals stand as they are; there is nothing for you to do.',
  'reset.book_more': '{n} earlier',
  'reset.teacher': 'another teacher',
  'word.not_open': 'This cannot be done now. Nothing is lost; look again in a moment.',
  'word.month_not_over': 'This month is not over yet and cannot be locked. Nothing was changed.',
  'word.factor_needed': 'The code of the second step comes first, so it was not done. Nothing is lost; log in at the desk and try again.',
  'word.wrong_factor': 'The code is wrong or was used. Nothing is lost; wait for the next digits and try again.',
  'word.prove_again': 'This asks first whether it is you, so it was not done. Nothing is lost; give your password and try again.',
}
