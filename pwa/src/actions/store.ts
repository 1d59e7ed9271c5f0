/* The handle of an account's database as the screens know it: they pass it on and never look inside. */
export type { AccountDb as Store } from '../db/account/account'
