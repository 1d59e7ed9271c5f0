/* The closed list of refusal words, twin of sync/errors.py. A word is what the wire, the database and the screens share. */

export type Verdict = 'refused' | 'held' | 'quarantined'

/** word -> how the verdict that carries it is called */
export const WORDS = {
  // the bytes
  malformed: 'refused',
  too_large: 'refused',
  bad_signature: 'refused',
  unknown_device: 'refused',
  not_your_device: 'refused',
  newer_version: 'quarantined',
  unknown_kind: 'quarantined',
  // the device and its person
  device_retired: 'refused',
  device_lost: 'quarantined',
  restored: 'quarantined',
  refused_by_person: 'refused',
  // the book and who may write in it
  no_such_book: 'refused',
  wrong_book: 'refused',
  not_a_member: 'refused',
  wrong_role: 'refused',
  desk_only: 'refused',
  // the fields
  bad_field: 'refused',
  times_crossed: 'refused',
  // the document
  document_exists: 'refused',
  document_taken: 'quarantined',
  no_such_document: 'refused',
  wrong_document: 'refused',
  wrong_state: 'refused',
  stale_version: 'refused',
  unknown_version: 'refused',
  too_many_versions: 'refused',
  not_author: 'refused',
  rivals_open: 'refused',
  depends_on_refused: 'refused',
  missing: 'held',
  held_too_long: 'quarantined',
  // the trade
  own_entry: 'refused',
  signer_credits: 'refused',
  claimant_decides: 'refused',
  not_paired: 'refused',
  already_signed: 'refused',
  minutes_raised: 'refused',
  day_full: 'refused',
  note_needed: 'refused',
  month_locked: 'refused',
  month_open: 'refused',
  already_locked: 'refused',
  entries_waiting: 'refused',
  same_person: 'refused',
  // ours
  server_fault: 'quarantined',
} as const satisfies Record<string, Verdict>

export type Word = keyof typeof WORDS

/** Why an op did not take effect; `needs` names the op ids a held one waits for. */
export class Refusal {
  readonly word: Word
  readonly needs: readonly string[]

  constructor(word: Word, needs: readonly string[] = []) {
    this.word = word
    this.needs = needs
  }

  get verdict(): Verdict {
    return WORDS[this.word]
  }
}

export const isRefusal = (given: unknown): given is Refusal => given instanceof Refusal
