import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Result } from './result.ts'

const HEAD = `# Measured

Written by \`npm run bench -- [NAME …] [--embedded] --record docs/benchmarks.md\`. Each rate is the median of its rounds, beside a baseline
measured in turns with it in the same run; ± is half the spread of the rounds. What counts is the ratio: absolute numbers are those of one machine.
`

/** Puts results into a Markdown file under their title, in place of what stood there. */
export function record(file: string, title: string, results: readonly Result[]): void {
  const [head, ...sections] = (existsSync(file) ? readFileSync(file, 'utf8') : HEAD).split(/^(?=## )/m)
  const others = sections.filter(section => !section.startsWith(`## ${title}\n`))
  const all = [...others, section(title, results)].sort()
  writeFileSync(file, `${[head!.trimEnd(), ...all.map(one => one.trimEnd())].join('\n\n')}\n`)
}

function section(title: string, results: readonly Result[]): string {
  const date = new Date(clock.now()).toISOString().slice(0, 10)
  const machine = `${cpus().length} × ${cpus()[0]!.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  return [
    `## ${title}`,
    '',
    `${date}, ${machine}`,
    '',
    '| case | rate | ± | baseline | ratio | p50 / p99 | CPU |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...results.map(row),
    '',
  ].join('\n')
}

function row({ case: name, rate, unit, baseline, baseline_of, ratio, spread, p50_ms, p99_ms, cpu_s, ...rest }: Result): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const ms = (value: number | undefined) => (value === undefined ? '' : value < 10 ? value.toFixed(1) : String(Math.round(value)))
  const theirs = rest.baseline_p50_ms === undefined ? '' : ` (${ms(rest.baseline_p50_ms)} / ${ms(rest.baseline_p99_ms)})`
  const latency = p50_ms === undefined ? '' : `${ms(p50_ms)} / ${ms(p99_ms)} ms${theirs}`
  const cpu = cpu_s === undefined ? '' : `${cpu_s.toFixed(1)} s`
  return `| ${name} | ${whole(rate)} ${unit} | ${Math.round(spread * 50)} % | ${whole(baseline)}: ${baseline_of} | ${ratio.toFixed(2)} | ${latency} | ${cpu} |`
}
