import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const compose = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url))

/** The image that docker-compose.yml runs a service on: tests run on what is deployed. Throws where it names no version. */
export function pinnedImage(service: string, text = readFileSync(compose, 'utf8')): string {
  const { services } = parse(text, { merge: true }) as { services?: Record<string, { image?: string }> }
  const image = services?.[service]?.image
  if (image === undefined) throw new Error(`docker-compose.yml has no image for ${service}`)
  if (!/:[^/:]*\d[^/:]*$/.test(image)) throw new Error(`docker-compose.yml must name a version of ${image}, for ${service}`)
  return image
}
