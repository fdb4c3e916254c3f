import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Config, readConfig } from '../../infra/config.ts'
import { version } from '../../infra/version.ts'
import { image, imageOf } from '../support/image-file.ts'
import { knownSettings } from '../support/known-settings.ts'
import { describeTools } from '../support/tools.ts'

const root = join(import.meta.dirname, '../..')

interface Service {
  readonly image: string
  readonly build?: object
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly { readonly host_ip?: string; readonly target: number; readonly published: string }[]
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string }[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly read_only?: boolean
  readonly secrets?: readonly { readonly source: string }[]
  readonly restart?: string
}

interface Composed {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: object
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>
}

/** A place of its own for the secrets, as docker-compose.yml finds them beside itself. */
const scratch = mkdtempSync(join(tmpdir(), 'tarang-compose-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const secret = (name: string) => readFileSync(join(scratch, '.secrets', name), 'utf8').trim()

function makeSecrets(): void {
  mkdirSync(join(scratch, 'infra/docker'), { recursive: true })
  cpSync(join(root, 'infra/docker/secrets'), join(scratch, 'infra/docker/secrets'))
  execFileSync(join(scratch, 'infra/docker/secrets'), { stdio: 'ignore' })
}
beforeAll(makeSecrets)

describe('infra/docker/secrets', () => {
  test('makes each secret once: a second run would lock out whoever has the first', () => {
    const before = readdirSync(join(scratch, '.secrets')).map(name => [name, secret(name)])
    makeSecrets()
    expect(readdirSync(join(scratch, '.secrets')).map(name => [name, secret(name)])).toEqual(before)
    expect(new Set(before.map(([, value]) => value)).size).toBe(6)
  })

  test('lets other users of the machine see none, and the users inside the containers each', () => {
    expect(statSync(join(scratch, '.secrets')).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(join(scratch, '.secrets')))
      expect(statSync(join(scratch, '.secrets', name)).mode & 0o777).toBe(0o644)
  })
})

describeTools('docker-compose.yml', ['docker-compose'], run => {
  let composed: Composed
  let services: [string, Service][]
  let config: Config

  /** What a container of ours is started with; what it has as a file, as the file on this machine. */
  const environmentOf = ({ environment = {} }: Service) =>
    Object.fromEntries(
      Object.entries({ ...image.environment, ...environment }).map(([name, value]) => [
        name,
        name.endsWith('_FILE') ? value.replace('/run/secrets', join(scratch, '.secrets')) : value,
      ]),
    )
  const own = () => services.filter(([, { build }]) => build !== undefined)
  const outside = () => services.filter(([, { build }]) => build === undefined)

  const compose = async (env: NodeJS.ProcessEnv): Promise<Composed> => {
    const args = ['--file', join(root, 'docker-compose.yml'), '--project-directory', scratch, 'config', '--format', 'json']
    return JSON.parse(await run['docker-compose'](args, { env: { PATH: process.env.PATH, ...env } }))
  }

  beforeAll(async () => {
    composed = await compose({})
    services = Object.entries(composed.services)
    config = readConfig(environmentOf(composed.services.tarang!))
  })

  test('is one that `docker compose config` takes, with every part of the stack', () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      ['grafana', 'kafka', 'metrics-key', 'postgres', 'prometheus', 'redis', 'registry', 'tarang'].sort(),
    )
  })

  test('every setting Tarang is given is one it reads: a misspelt one would be ignored without a word', () => {
    for (const [, { environment = {} }] of own())
      expect(Object.keys(environment).filter(name => !knownSettings.has(name))).toEqual([])
  })

  test('its settings are taken, with Kafka, registry, Postgres and Redis at the names and ports where they listen', () => {
    const { kafka, postgres } = composed.services
    expect(config).toMatchObject({
      storage: {
        mode: 'stack',
        brokers: ['kafka:9092'],
        databaseUrl: `postgres://tarang:${secret('postgres_password')}@postgres:5432/tarang`,
        registryUrl: 'http://registry:8080/apis/ccompat/v7',
      },
      redisUrl: 'redis://redis:6379',
      secretKey: secret('secret_key'),
      roles: ['engine', 'sms', 'trainer'],
    })
    expect(kafka!.environment!.KAFKA_LISTENERS!.split(',')).toContain('INSIDE://:9092')
    expect(kafka!.environment!.KAFKA_ADVERTISED_LISTENERS!.split(',')).toContain('INSIDE://kafka:9092')
    expect(postgres!.environment).toMatchObject({ POSTGRES_USER: 'tarang', POSTGRES_DB: 'tarang' })
  })

  test('the port that is published is the one it listens on', () => {
    expect(composed.services.tarang!.ports!.map(({ target }) => target)).toEqual([config.port])
  })

  test('no port can be reached from another machine', () => {
    const ports = services.flatMap(([name, { ports = [] }]) =>
      ports.map(({ host_ip, published }) => ({ name, host_ip, published })),
    )
    expect(ports.length).toBeGreaterThan(3)
    expect(ports.filter(({ host_ip }) => host_ip !== '127.0.0.1')).toEqual([])
    expect(new Set(ports.map(({ published }) => published)).size).toBe(ports.length)
  })

  test('every image is of one version: nothing changes under a deployment that nobody touched', () => {
    expect(services.filter(([, { image }]) => !/:v?\d+\.\d+\.\d+(-[a-z]+)?$|:\d+\.\d+-[a-z]+$/.test(image))).toEqual([])
    expect(own().map(([, { image }]) => image)).toEqual(own().map(() => `tarang:${version}`))
  })

  test('Kafka and the registry are those that the test suite runs on', () => {
    const pom = readFileSync(join(root, 'infra/stack/pom.xml'), 'utf8')
    const tested = (artifact: string) =>
      new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>(.+)</version>`).exec(pom)?.[1]
    expect(composed.services.kafka!.image).toBe(`apache/kafka:${tested('kafka_2.13')}`)
    expect(composed.services.registry!.image).toBe(`apicurio/apicurio-registry:${tested('apicurio-registry-app')}`)
  })

  test('everything tells whether it is well, and nothing starts before what it needs is', () => {
    expect(outside().filter(([, { healthcheck }]) => healthcheck?.test === undefined)).toEqual([])
    const conditions = services.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([on, { condition }]) => `${name} → ${on}: ${condition}`),
    )
    expect(conditions).toEqual(
      expect.arrayContaining(['kafka', 'registry', 'postgres', 'redis'].map(on => `tarang → ${on}: service_healthy`)),
    )
    expect(conditions.filter(line => line.endsWith('service_started'))).toEqual([])
  })

  test('whatever keeps data keeps it in a volume with a name: the next `down` would take it otherwise', () => {
    const kept = ['kafka', 'postgres', 'prometheus', 'grafana'].map(name => [
      name,
      composed.services[name]!.volumes!.filter(({ type }) => type === 'volume').map(({ source }) => source),
    ])
    for (const [name, volumes] of kept) expect([name, volumes]).toEqual([name, expect.arrayContaining([name])])
    const used = services.flatMap(([, { volumes = [] }]) => volumes.filter(({ type }) => type === 'volume'))
    expect(Object.keys(composed.volumes).sort()).toEqual([...new Set(used.map(({ source }) => source))].sort())
  })

  test('Prometheus and Grafana find their files: Docker makes an empty folder of a path that is not there', () => {
    const mounts = (name: string) =>
      composed.services[name]!.volumes!.filter(({ type }) => type === 'bind').map(({ source, target }) => ({
        here: source.replace(scratch, root),
        there: target,
      }))
    const find = (name: string, path: string) => {
      const mount = mounts(name).find(({ there }) => path === there || path.startsWith(`${there}/`))
      return readFileSync(path.replace(mount?.there ?? '', mount?.here ?? '/nonexistent'), 'utf8')
    }
    const prometheus = parse(find('prometheus', '/etc/prometheus/prometheus.yml'))
    for (const rules of prometheus.rule_files)
      expect(parse(find('prometheus', `/etc/prometheus/${rules}`)).groups).not.toEqual([])
    const [{ dns_sd_configs: names, authorization }] = prometheus.scrape_configs
    expect(names).toEqual([expect.objectContaining({ names: ['tarang'], port: config.port })])
    expect(composed.services.prometheus!.volumes).toContainEqual(
      expect.objectContaining({ source: 'metrics-key', target: dirname(authorization.credentials_file) }),
    )
    const [{ options }] = parse(find('grafana', '/etc/grafana/provisioning/dashboards/tarang.yml')).providers
    expect(JSON.parse(find('grafana', `${options.path}/tarang.json`)).panels).not.toEqual([])
    const [{ url }] = parse(find('grafana', '/etc/grafana/provisioning/datasources/prometheus.yml')).datasources
    expect(composed.services).toHaveProperty(new URL(url).hostname)
  })

  test('a model folder is read where it is mounted, and cannot be written to; where none is named, none is looked for', async () => {
    const { tarang } = (await compose({ TARANG_MODEL_DIR: './.models' })).services
    expect(tarang!.volumes).toEqual([
      {
        type: 'bind',
        source: join(scratch, '.models'),
        target: readConfig(environmentOf(tarang!)).modelDir,
        read_only: true,
        bind: expect.not.objectContaining({ create_host_path: true }),
      },
    ])
    expect(config.modelDir).toBeUndefined()
    const { source } = composed.services.tarang!.volumes![0]!
    expect(statSync(source.replace(scratch, root)).isDirectory()).toBe(true)
  })

  test("Tarang's own containers cannot write to their root", () => {
    expect(own().map(([, { read_only }]) => read_only)).toEqual(own().map(() => true))
  })

  test('secrets are files that are there: Docker gives a container with a read-only root no others', () => {
    for (const [name, { file }] of Object.entries(composed.secrets))
      expect([name, statSync(file ?? '').isFile()]).toEqual([name, true])
    const asked = services.flatMap(([, { secrets = [] }]) => secrets.map(({ source }) => source))
    expect(Object.keys(composed.secrets).sort()).toEqual([...new Set(asked)].sort())
  })

  test('no secret stands in the file', () => {
    expect(JSON.stringify(composed)).not.toMatch(/[0-9a-f]{32}/)
  })

  describe('with Kannel', () => {
    let whole: Composed
    let added: [string, Service][]
    beforeAll(async () => {
      whole = await compose({ COMPOSE_PROFILES: 'kannel,smsc', SMS_USER: 'tarang' })
      added = Object.entries(whole.services).filter(([name]) => !(name in composed.services))
    })

    /** What `settings` of the image says in a container of that service. */
    const settings = (name: string, more: Readonly<Record<string, string>> = {}) => {
      const env = { ...imageOf('infra/kannel/Dockerfile').environment, ...environmentOf(whole.services[name]!), ...more }
      return execFileSync(join(root, 'infra/kannel/settings'), {
        env: { PATH: process.env.PATH, ...env },
        encoding: 'utf8',
        stdio: 'pipe',
      })
    }
    const sending = { KANNEL_PASSWORD: 'the password of a test' }

    test('it is two boxes and a network of ours, and only where they are asked for', () => {
      expect(added.map(([name]) => name).sort()).toEqual(['kannel', 'kannel-smsbox', 'smsc'])
    })

    test('none of them can be reached from another machine, runs an image of no version, or writes to its root; all tell whether they are well', () => {
      for (const [name, { ports = [], image, read_only, healthcheck }] of added) {
        const open = ports.filter(({ host_ip }) => host_ip !== '127.0.0.1')
        expect({ name, open, image, read_only, healthcheck }).toEqual({
          name,
          open: [],
          image: expect.stringMatching(/:\d+\.\d+\.\d+$/),
          read_only: true,
          healthcheck: expect.objectContaining({ test: expect.any(Array) }),
        })
      }
      expect(whole.services['kannel-smsbox']!.depends_on).toMatchObject({ kannel: { condition: 'service_healthy' } })
    })

    test('what it has accepted is in a volume with a name', () => {
      const store = /store-location = "(.+)"/.exec(settings('kannel', sending))![1]!
      expect(whole.services.kannel!.volumes).toEqual([expect.objectContaining({ source: 'kannel', target: dirname(store) })])
    })

    test('secrets that it needs are files that are there', () => {
      const asked = added.flatMap(([, { secrets = [] }]) => secrets.map(({ source }) => source))
      for (const name of asked) expect([name, statSync(whole.secrets[name]!.file ?? '').isFile()]).toEqual([name, true])
    })

    test('both boxes have one configuration: where the other is, what Tarang sends with, and where texts that come in go', () => {
      const conf = settings('kannel', sending)
      expect(settings('kannel-smsbox', sending)).toBe(conf)
      expect(conf.match(/"@|@"|= @/g)).toBeNull()
      const value = (name: string) => new RegExp(`^${name} = "?([^"\n]+)"?$`, 'm').exec(conf)?.[1]
      expect(whole.services).toHaveProperty(value('bearerbox-host')!)
      expect(whole.services).toHaveProperty(value('host')!)
      expect([value('username'), value('password')]).toEqual(['tarang', sending.KANNEL_PASSWORD])
      const tarang = readConfig({
        ...environmentOf(whole.services.tarang!),
        SMS_PASSWORD_FILE: '',
        SMS_PASSWORD: 'secret',
        SMS_GATEWAY: 'kannel',
        SMS_URL: `http://kannel-smsbox:${value('sendsms-port')}/cgi-bin/sendsms`,
      })
      const readme = readFileSync(join(root, 'infra/kannel/README.md'), 'utf8')
      expect(readme).toContain(`SMS_URL=${tarang.sms.kind === 'kannel' && tarang.sms.url}`)
      const inbound = new URL(value('get-url')!)
      expect([inbound.hostname, Number(inbound.port), inbound.pathname]).toEqual(['tarang', tarang.port, '/sms/inbound/kannel'])
      expect(inbound.searchParams.get('key')).toBe(tarang.sms.callbackKey)
    })

    test('without a password it says so, and one that its configuration cannot hold is refused', () => {
      expect(() => settings('kannel')).toThrow(/KANNEL_PASSWORD is not set, and there is nothing in .*sms_password/)
      expect(() => settings('kannel', { KANNEL_SENDER: '"8585"' })).toThrow(/KANNEL_SENDER has a quote/)
    })
  })
})

describe('the images beside', () => {
  const dockerfile = (path: string) => readFileSync(join(root, path), 'utf8')

  test('the network has the versions of package-lock.json, and Tarang’s Node', () => {
    const { packages } = JSON.parse(dockerfile('package-lock.json'))
    const network = dockerfile('infra/stack/smsc/Dockerfile')
    for (const name of ['smpp', 'tsx']) expect(network).toContain(` ${name}@${packages[`node_modules/${name}`].version}`)
    expect(network).toContain(`FROM node:${image.node}-`)
  })

  test('Kannel is of the version that the image is called by', () => {
    const called = /tarang-kannel:([\d.]+)/.exec(dockerfile('docker-compose.yml'))?.[1]
    expect(dockerfile('infra/kannel/Dockerfile')).toContain(` kannel=${called}-`)
  })
})
