/* What checking a ledger came to, as the server tells it. */
export interface Difference {
  kind:
    | 'cell' | 'formula' | 'added' | 'twice' | 'deleted' | 'heading' | 'stray' | 'format' | 'look' | 'above' | 'sheet' | 'hidden' | 'unseen'
    | 'merged' | 'printed' | 'layer'
  sheet: string
  row: number | null
  column: string
  about: string
  theirs: string
  ours: string
}

export interface Checked {
  export: string
  form: string
  format: string
  class_name: string
  month: string | null
  asked_at: number
  asker: string
  second: string | null
  outcome: string | null
  exact: boolean
  reordered: string[]
  absent: string[]
  renamed: [string, string][]
  since: number
  total: number
  differences: Difference[]
}
