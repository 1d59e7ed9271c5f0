/* What this browser can keep, asked before a code is used up or a password typed for nothing. */
import { openScratch } from '../../db/account/probe'
import { enrolKey } from '../../device/key'

/** all: works offline. no_key: keeps books but no key, so it works online only. nothing: cannot be used at all. */
export type Keeps = 'all' | 'no_key' | 'nothing'

export async function whatItKeeps(): Promise<Keeps> {
  const scratch = await openScratch().catch(() => null)
  if (!scratch) return 'nothing'
  const key = await enrolKey(scratch)
  await scratch.end()
  return key ? 'all' : 'no_key'
}
