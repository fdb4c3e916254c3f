// Turns the OpenAPI description of Kubernetes into the JSON schemas that kubeconform reads: one file a kind, all pointing into one
// file of definitions. Objects are closed, so that a misspelt field is an error and not ignored.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , swagger, folder] = process.argv
const { definitions } = JSON.parse(readFileSync(swagger, 'utf8'))

/** Kubernetes takes a number for a quantity too, and says so in words only. */
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'

function checked(name, definition) {
  if (name === QUANTITY || definition.format === 'int-or-string') return { type: ['string', 'number'] }
  return definition.properties === undefined ? definition : { ...definition, additionalProperties: false }
}

/** As kubeconform names them: deployment-apps-v1, service-v1. Only the first word of a group counts. */
const fileOf = ({ group, version, kind }) =>
  `${[kind, ...(group === '' ? [] : [group.split('.')[0]]), version].join('-').toLowerCase()}.json`

mkdirSync(folder, { recursive: true })
const named = Object.entries(definitions).map(([name, definition]) => [name, checked(name, definition)])
writeFileSync(join(folder, 'definitions.json'), JSON.stringify({ definitions: Object.fromEntries(named) }))
for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of named) {
  // What stands under several kinds is an answer of the API, not something to apply.
  if (kinds.length === 1)
    writeFileSync(join(folder, fileOf(kinds[0])), JSON.stringify({ $ref: `definitions.json#/definitions/${name}` }))
}
