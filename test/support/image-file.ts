import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a Dockerfile of the project says of the image that runs. */
export function imageOf(path: string) {
  const lines = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  const after = (instruction: string) =>
    lines.filter(line => line.startsWith(`${instruction} `)).map(line => line.slice(instruction.length + 1))
  const last = (instruction: string) => after(instruction).at(-1) ?? ''
  return {
    node: /^NODE=([\d.]+)-/.exec(last('ARG'))?.[1] ?? '',
    environment: Object.fromEntries(
      after('ENV').flatMap(line => line.split(' ').map(pair => pair.split('=') as [string, string])),
    ),
    user: Number(last('USER').split(':')[0]),
    port: Number(last('EXPOSE')),
    /** The shell's line that tells whether it is ready. */
    healthcheck: last('HEALTHCHECK').split('CMD ')[1] ?? '',
    entrypoint: JSON.parse(last('ENTRYPOINT')) as string[],
    command: JSON.parse(last('CMD')) as string[],
  }
}

export const image = imageOf('Dockerfile')
