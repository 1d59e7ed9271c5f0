/* What still waits in an account, in one line: ops and photos, each only when there are some. */
import { t } from '../../../texts'

export const waitsWords = (ops: number, photos: number): string =>
  [ops ? t('accounts.waits', { n: ops }) : '', photos ? t('photo.count', { n: photos }) : ''].filter(Boolean).join(' · ')
