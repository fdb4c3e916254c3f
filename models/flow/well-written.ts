import { isPlaceholder } from '../templates/placeholder.ts'

/** A text with its placeholders written as they must be, where it is clear which are meant: `{{ First Name }}` and `{first_name}` are `{{first_name}}`. */
export const wellWritten = (content: string): string =>
  content
    .replace(/\{\{([^{}]*)\}\}/g, (written, name: string) => placed(name) ?? written)
    .replace(/(?<!\{)\{([^{}]*)\}(?!\})/g, (written, name: string) => placed(name) ?? written)

function placed(name: string): string | undefined {
  const meant = name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return isPlaceholder(meant) ? `{{${meant}}}` : undefined
}
