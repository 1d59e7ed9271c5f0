/* The words of evidence as sentences, with the thresholds of the table in them. */
import { PARAMS } from '../../../sync/evidence'
import { tOr } from '../../../texts'

export const reasonOf = (word: string): string => tOr(`evidence.${word}`, 'word.unexpected', PARAMS)

export const gradeWord = (grade: string): string => tOr(`evidence.word_${grade}`, 'word.unexpected')
