// Runs in the page of a report: draws its charts, lists its tables, leads from a segment to its customers. All it knows stands in #report-data.
const { report, tables, themes, words } = JSON.parse(document.getElementById('report-data').textContent)
const root = document.documentElement
const PAGE = 50

const node = (name, attributes = {}, ...children) => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value !== undefined) made.setAttribute(key, value)
  }
  made.append(...children)
  return made
}
const filled = (template, ...values) => template.replace(/\{(\d+)\}/g, (_, place) => values[Number(place)])

// Charts.
const drawn = []
function draw() {
  for (const { chart, place } of drawn) {
    chart?.instance?.dispose()
    const instance = echarts.init(place, themes[root.dataset.theme], { renderer: 'svg', locale: 'EN' })
    const { option } = chart
    const tooltip = {
      ...option.tooltip,
      valueFormatter: value => (typeof value === 'number' ? value.toLocaleString('en-US') : value),
    }
    instance.setOption({ ...option, tooltip, animationDuration: 300, aria: { enabled: false } })
    instance.on('click', event => {
      if (chart.name === 'segments') pickSegment(tables.segments.rows.filter(row => row[1] > 0)[event.dataIndex]?.[0])
    })
    chart.instance = instance
  }
}
function drawInto(chart, parent) {
  const place = node('div', {
    class: 'chart',
    role: 'img',
    dir: 'ltr',
    'aria-label': chart.describes,
    style: `height:${chart.height}px`,
  })
  parent.append(node('h3', {}, chart.title), place)
  drawn.push({ chart, place })
}

// Tables.
const shown = new Map()
class ShownTable {
  constructor(spec, parent) {
    this.spec = spec
    this.table = tables[spec.table]
    this.columns = spec.columns.map(({ name, heading }) => {
      const at = this.table.columns.findIndex(column => column.name === name)
      const { kind } = this.table.columns[at]
      return { name, heading, at, kind: spec.words[name] === undefined ? kind : 'text' }
    })
    this.order = undefined
    this.limit = PAGE
    this.filter = ''
    this.segment = undefined
    this.marked = undefined
    this.head = node('thead')
    this.body = node('tbody')
    this.count = node('span', { class: 'count', role: 'status' })
    this.more = node(
      'button',
      {
        type: 'button',
        onclick: () => {
          this.limit += 10 * PAGE
          this.list()
        },
      },
      words.more,
    )
    this.back = node('button', { type: 'button', onclick: () => pickSegment(undefined) }, words.all)
    const search = node('input', {
      type: 'search',
      placeholder: words.search,
      'aria-label': words.search,
      oninput: event => {
        this.filter = event.target.value.toLowerCase()
        this.limit = PAGE
        this.list()
      },
    })
    const tools = node('div', { class: 'tools' })
    if (this.table.rows.length > 12) tools.append(search)
    tools.append(this.back, this.count)
    this.title = node('h3', { id: shown.has(spec.table) ? undefined : `table-${spec.table}` }, spec.title)
    parent.append(
      this.title,
      tools,
      node(
        'div',
        { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': spec.title },
        node('table', {}, this.head, this.body),
      ),
      this.more,
    )
    this.heads()
    this.list()
    shown.set(spec.table, [...(shown.get(spec.table) ?? []), this])
  }
  heads() {
    this.head.replaceChildren(
      node(
        'tr',
        {},
        ...this.columns.map((column, place) => {
          const sorted = this.order?.place === place ? (this.order.up ? 'ascending' : 'descending') : undefined
          const sort = () => {
            this.order = { place, up: this.order?.place === place ? !this.order.up : column.kind === 'text' }
            this.heads()
            this.list()
          }
          return node(
            'th',
            { scope: 'col', class: isNumber(column) ? 'number' : '', 'aria-sort': sorted },
            node('button', { type: 'button', onclick: sort }, column.heading),
          )
        }),
      ),
    )
  }
  text(row, column) {
    const cell = row[column.at]
    const word = cell === null ? undefined : this.spec.words[column.name]?.[cell]
    return word ?? this.table.texts?.[row.at]?.[column.at] ?? cell ?? '–'
  }
  rows() {
    let rows = this.table.rows.map((row, at) => Object.assign(row, { at }))
    if (this.segment !== undefined)
      rows = rows.filter(row => row[this.table.columns.findIndex(({ name }) => name === 'segment')] === this.segment)
    if (this.filter !== '')
      rows = rows.filter(row => this.columns.some(column => String(this.text(row, column)).toLowerCase().includes(this.filter)))
    if (this.order !== undefined) {
      const { at, kind } = this.columns[this.order.place]
      const sign = this.order.up ? 1 : -1
      const compare =
        kind === 'text' || kind === 'date' || kind === 'month'
          ? (a, b) => String(a ?? '').localeCompare(String(b ?? ''))
          : (a, b) => (a ?? -Infinity) - (b ?? -Infinity)
      rows = [...rows].sort((a, b) => sign * compare(a[at], b[at]) || a.at - b.at)
    }
    return rows
  }
  list() {
    const rows = this.rows()
    const some = rows.slice(0, this.limit)
    this.body.replaceChildren(
      ...some.map(row => {
        const picks = this.spec.table === 'segments'
        return node(
          'tr',
          picks ? { class: 'pick', onclick: () => pickSegment(row[0]) } : {},
          ...this.columns.map(column => {
            const marked = this.marked?.row === row.at && this.marked.column === column.name
            const text = this.text(row, column)
            const of = isNumber(column) ? 'number' : String(text).length > 40 ? 'long' : ''
            const said = node('bdi', {}, String(text))
            // The row is for the mouse; a button is there for keys and for those who hear the page.
            const way = picks && column.name === 'segment' ? node('button', { type: 'button', class: 'way' }, said) : said
            return node('td', { class: `${of}${marked ? ' marked' : ''}` }, way)
          }),
        )
      }),
    )
    this.count.textContent =
      rows.length > some.length || this.segment !== undefined || this.filter !== ''
        ? filled(words.rows, some.length, rows.length)
        : ''
    this.more.hidden = rows.length <= some.length
    this.back.hidden = this.segment === undefined
    this.title.textContent =
      this.segment === undefined ? this.spec.title : filled(words.of, this.spec.words.segment?.[this.segment] ?? this.segment)
  }
  unmark() {
    if (this.marked === undefined) return
    this.marked = undefined
    this.list()
  }
  mark(row, column) {
    for (const other of [...shown.values()].flat()) other.unmark()
    this.marked = { row, column }
    this.segment = undefined
    this.filter = ''
    this.order = undefined
    this.limit = Math.max(this.limit, row + 1)
    this.heads()
    this.list()
    this.body.querySelector('td.marked')?.scrollIntoView({ block: 'center', inline: 'center' })
  }
}
const isNumber = ({ kind }) => !['text', 'date', 'month'].includes(kind)

function pickSegment(segment) {
  const [customers] = shown.get('customers') ?? []
  if (customers === undefined) return
  customers.segment = segment
  customers.limit = PAGE
  customers.list()
  document.getElementById(segment === undefined ? 'segments' : 'customers').scrollIntoView()
  customers.title.setAttribute('tabindex', '-1')
  if (segment !== undefined) customers.title.focus({ preventScroll: true })
}

for (const section of report.sections) {
  const place = document.getElementById(section.id)
  for (const chart of section.charts) drawInto(chart, place)
  for (const table of section.tables) if (tables[table.table].rows.length > 0) new ShownTable(table, place)
}
for (const link of document.querySelectorAll('a[data-table]'))
  link.addEventListener('click', event => {
    const { table, row, column } = link.dataset
    const one = shown.get(table)?.find(({ columns }) => columns.some(({ name }) => name === column))
    if (one === undefined) return
    event.preventDefault()
    one.mark(Number(row), column)
  })

document.querySelector('button.theme').addEventListener('click', () => {
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark'
  draw()
})
const dark = matchMedia('(prefers-color-scheme: dark)')
root.dataset.theme = dark.matches ? 'dark' : 'light'
draw()
new ResizeObserver(() => {
  for (const { chart } of drawn) chart.instance?.resize()
}).observe(document.querySelector('main'))
