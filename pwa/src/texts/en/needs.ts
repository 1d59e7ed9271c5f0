/* What needs somebody. */
import type { needs as needsInChinese } from '../zh/needs'

export const needs: Record<keyof typeof needsInChinese, string> = {
  'need.title': 'To handle',
  'need.none': 'Nothing needs you.',
  'need.open': '{n} to handle',
  'need.refused': 'Not accepted',
  'need.held': 'Waits for another',
  'need.quarantined': 'With a person',
  'need.stuck': 'Could not be sent',
  'need.again': 'Try again',
  'need.aside': 'Understood, put aside',
  'need.carried': 'carried for someone',
}
