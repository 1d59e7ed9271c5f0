/* What still waits, in one line. */
import { t, tOr } from '../../../texts'
import type { StatusLine } from '../../../use/account/status'

/** In an account: ops and photos, each only when there are some. */
export const waitsWords = (ops: number, photos: number): string =>
  [ops ? t('accounts.waits', { n: ops }) : '', photos ? t('photo.count', { n: photos }) : ''].filter(Boolean).join(' · ')

export function statusWords({ key, fields, needs }: StatusLine): string {
  const said = tOr(key, 'status.never', fields)
  return needs ? t('status.needs', { said, n: needs }) : said
}
