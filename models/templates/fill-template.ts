import type { ErrorCode } from '../../schemas/error-codes.ts'
import { type Run, withMarks } from './direction.ts'
import { withoutName } from './nameless.ts'
import type { Placeholder } from './placeholder.ts'
import type { Piece, Template } from './template.ts'
import { cleanValue } from './value.ts'

/** What is known of the customer and of the step. `link` may be `{{link}}` itself, where each text gets its own when it goes. */
export type Values = Readonly<Partial<Record<Placeholder, string | undefined>>>

export type Filled =
  | { readonly text: string }
  | { readonly refused: ErrorCode; readonly placeholder: Placeholder; readonly message: string }

/**
 * A template as one customer gets it. A first name that is not known leaves a text that reads well without it (`withoutName`); any other
 * value that is missing refuses the text, as a hole would be sent. What values could do to the text around them is taken out of them.
 */
export function fillTemplate(template: Template, values: Values): Filled {
  const runs: Run[] = []
  const queue = [...template.pieces]
  for (let at = 0; at < queue.length; at++) {
    const piece = queue[at]!
    if ('words' in piece) {
      runs.push({ text: piece.words, kind: 'words' })
      continue
    }
    const { placeholder } = piece
    const link = placeholder === 'link' && values.link === '{{link}}'
    const clean = link ? { value: '{{link}}' } : cleanValue(placeholder, values[placeholder])
    if (clean === 'too_long') return refusal('value_too_long', placeholder)
    if (clean.value !== undefined) runs.push({ text: clean.value, kind: placeholder === 'link' ? 'link' : 'value' })
    else if (placeholder === 'first_name') leaveOut(template, runs, queue, at)
    else return refusal('value_missing', placeholder)
  }
  return { text: withMarks(runs, template.language === 'urdu' ? 'rtl' : 'ltr').trim() }
}

/** Puts what stands there without the name into what is said already and what is still to be. */
function leaveOut({ language }: Template, said: Run[], queue: Piece[], at: number): void {
  const [last, next] = [said.at(-1), queue[at + 1]]
  const nameless = withoutName(last?.text ?? '', next !== undefined && 'words' in next ? next.words : '', language)
  if (last?.kind === 'words') said[said.length - 1] = { text: nameless.before, kind: 'words' }
  if (nameless.here !== '') said.push({ text: nameless.here, kind: 'words' })
  if (next !== undefined && 'words' in next) queue[at + 1] = { words: nameless.after }
}

const refusal = (refused: 'value_missing' | 'value_too_long', placeholder: Placeholder): Filled => ({
  refused,
  placeholder,
  message:
    refused === 'value_missing'
      ? `Nothing is known for {{${placeholder}}}.`
      : `What there is for {{${placeholder}}} is too long.`,
})
