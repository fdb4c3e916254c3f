import type { Place, Station } from './topology.ts'

/** Places that the same stations write and read. */
interface Spot {
  readonly kind: Place['kind']
  readonly names: readonly string[]
}

/** The topology as a Mermaid flowchart. What has the same neighbours is drawn as one. */
export function topologyPicture(stations: readonly Station[]): string {
  const drawn = together(stations)
  const spots = spotsOf(drawn)
  const ids = (places: readonly Place[]) =>
    spots
      .filter(spot => places.some(place => holds(spot, place)))
      .map(spotId)
      .join(' & ')
  return [
    'flowchart LR',
    ...spots.map(spot => `  ${spotId(spot)}${spotShape[spot.kind](`"${spot.names.join('<br>')}"`)}`),
    ...drawn.map(({ kind, name }) => `  ${id(name)}${stationShape(kind, `"${name}"`)}`),
    ...drawn.filter(({ inputs }) => inputs.length > 0).map(({ name, inputs }) => `  ${ids(inputs)} --> ${id(name)}`),
    ...drawn.filter(({ outputs }) => outputs.length > 0).map(({ name, outputs }) => `  ${id(name)} --> ${ids(outputs)}`),
  ].join('\n')
}

/** `intake-clicks`, `intake-messages`, … do the same to different topics: one `intake`. */
function together(stations: readonly Station[]): Station[] {
  const family = (name: string) => name.split('-')[0]!
  return groups(stations, ({ name, kind, outputs }) => [kind, family(name), ...namesOf(outputs)].join()).map(group => {
    const [first, ...others] = group as [Station, ...Station[]]
    return others.length === 0 ? first : { ...first, name: family(first.name), inputs: group.flatMap(({ inputs }) => inputs) }
  })
}

function spotsOf(stations: readonly Station[]): Spot[] {
  const places = new Map(
    stations.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]).map(place => [spotId(alone(place)), place]),
  )
  const neighbours = (place: Place) => {
    const among = (all: readonly Place[]) => all.some(one => holds(alone(place), one))
    return stations.flatMap(({ name, inputs, outputs }) => [
      ...(among(inputs) ? [`to ${name}`] : []),
      ...(among(outputs) ? [`from ${name}`] : []),
    ])
  }
  return groups([...places.values()], place => [place.kind, ...neighbours(place)].join()).map(group => ({
    kind: group[0]!.kind,
    names: namesOf(group),
  }))
}

const alone = ({ kind, name }: Place): Spot => ({ kind, names: [name] })
const holds = ({ kind, names }: Spot, place: Place): boolean => place.kind === kind && names.includes(place.name)

/** A table may be called as what writes it, or as a topic. */
const spotId = ({ kind, names }: Spot): string => (kind === 'table' ? `${id(names[0]!)}-table` : id(names[0]!))

const spotShape = {
  topic: (label: string) => `[${label}]`,
  table: (label: string) => `[(${label})]`,
  gateway: (label: string) => `([${label}])`,
} satisfies Record<Place['kind'], (label: string) => string>

function stationShape(kind: Station['kind'], label: string): string {
  if (kind === 'outside') return `([${label}])`
  return kind === 'view' ? `[[${label}]]` : `(${label})`
}

const namesOf = (places: readonly Place[]): string[] => places.map(({ name }) => name)

/** Mermaid's ids have neither spaces nor commas. */
const id = (name: string): string => name.replaceAll(/[^\w-]+/g, '_')

function groups<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const found = new Map<string, T[]>()
  for (const one of all) {
    const group = found.get(keyOf(one))
    if (group === undefined) found.set(keyOf(one), [one])
    else group.push(one)
  }
  return [...found.values()]
}
