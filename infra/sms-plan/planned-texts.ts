import type { PlannedTexts } from '../../consumers/sms-plan.ts'
import { builtIn } from '../../models/templates/built-in.ts'
import type { Placeholder } from '../../models/templates/placeholder.ts'
import type { Purpose } from '../../models/templates/purpose.ts'
import { type StepFacts, stepValues } from '../../models/templates/step-values.ts'
import { placesOf, readTemplate, type Template, type TemplateProblem } from '../../models/templates/template.ts'
import { type Language, languages } from '../../models/text/language.ts'

type Texts = PlannedTexts['templates']

/** Texts of a campaign by their languages, or what is wrong with them. Of two in one language the first counts. */
export function readTexts(
  contents: readonly string[],
  step: StepFacts,
): { readonly templates: readonly Template[] } | { readonly problems: readonly TemplateProblem[] } {
  const read = contents.map(content => readTemplate(content, { discount: step.discount }))
  const problems = read.flatMap(one => ('problems' in one ? one.problems : []))
  return problems.length > 0 ? { problems } : { templates: read.flatMap(one => ('template' in one ? [one.template] : [])) }
}

/** The built-in texts of a purpose in all languages, as far as the step goes and customers may have lists. */
export function builtInTexts(purpose: Purpose, step: StepFacts): readonly Template[] {
  const given = Object.entries(stepValues(step, 'english')).flatMap(([place, value]) => (value === undefined ? [] : [place]))
  return languages.map(language => builtIn(purpose, language, given as Placeholder[]))
}

/** What of a step is missing that its texts have a place for, and no customer can have. */
export function missingOfStep(templates: readonly Template[], step: StepFacts): readonly Placeholder[] {
  const own: readonly Placeholder[] = ['first_name', 'product', 'product_2', 'product_3', 'price']
  const values = stepValues(step, 'english')
  return [...new Set(templates.flatMap(placesOf))].filter(place => !own.includes(place) && values[place] === undefined)
}

/** What goes to whom: the first text is for those whose language has none. */
export function plannedTexts(templates: readonly Template[], step: StepFacts, shortLink: string | undefined): PlannedTexts {
  const byLanguage: Partial<Record<Language, Template>> = {}
  for (const template of templates) byLanguage[template.language] ??= template
  const said = Object.fromEntries(languages.map(language => [language, stepValues(step, language)]))
  return {
    templates: byLanguage satisfies Texts,
    otherwise: templates[0]!.language,
    stepValues: language => said[language]!,
    link: step.link,
    shortLink,
  }
}
