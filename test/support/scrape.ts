/** What an instance tells Prometheus: the sum of a metric's samples that have these labels, undefined where there is none. */
export interface Scraped {
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined
  /** All of a metric's samples. */
  series(name: string): { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
}

/** Reads GET /metrics of an instance. */
export async function scrape(url: string): Promise<Scraped> {
  const samples = (await (await fetch(`${url}/metrics`)).text())
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(sampleIn)
  return {
    series: name => samples.filter(sample => sample.name === name),
    value(name, labels = {}) {
      const wanted = Object.entries(labels)
      const found = samples.filter(sample => sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value))
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
    },
  }
}

function sampleIn(line: string) {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`)
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key!, text!])
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }
}
