import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig } from '../../infra/config.ts'
import { MINILM } from '../../infra/embeddings/minilm-files.ts'
import { prometheus } from '../../infra/metrics.ts'
import { version } from '../../infra/version.ts'
import { scopeOf } from '../../serving/access.ts'
import { image } from '../support/image-file.ts'
import { knownSettings } from '../support/known-settings.ts'
import { describeTools, kubernetesSchemas } from '../support/tools.ts'

const manifests = join(import.meta.dirname, '../../infra/kubernetes')

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

interface Container {
  readonly image: string
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly securityContext: object
  readonly resources: { readonly requests: object; readonly limits: { readonly memory?: string } }
  readonly volumeMounts: readonly { readonly mountPath: string }[]
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly data?: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: of many kinds, checked against the schemas of Kubernetes
  readonly spec: any
}

const scratch = mkdtempSync(join(tmpdir(), 'tarang-secrets-'))
afterAll(() => rmSync(scratch, { recursive: true }))
writeFileSync(join(scratch, 'SECRET_KEY'), 'a-secret-of-sixteen-characters')
writeFileSync(join(scratch, 'DATABASE_URL'), 'postgres://tarang:secret@postgres:5432/tarang')
writeFileSync(join(scratch, 'SMS_AUTH_HEADER'), '')
writeFileSync(join(scratch, 'SMS_PASSWORD'), '')
writeFileSync(join(scratch, 'SMS_CALLBACK_KEY'), '')

/** An overlay that asks for the models, as one's own would. */
const withModels = join(scratch, 'with-models')
mkdirSync(withModels)
writeFileSync(
  join(withModels, 'kustomization.yaml'),
  `resources: [${relative(withModels, join(manifests, 'overlays/production'))}]
components: [${relative(withModels, join(manifests, 'components/models'))}]
`,
)

describeTools('the Kubernetes manifests', ['kustomize', 'kubeconform'], run => {
  describe.each([
    ...['base', 'overlays/development', 'overlays/production'].map(name => ({
      name,
      folder: join(manifests, name),
      models: false,
    })),
    { name: 'an overlay with components/models', folder: withModels, models: true },
  ])('$name', ({ folder, models }) => {
    let text: string
    let all: readonly Manifest[]
    const of = (kind: string) => all.filter(manifest => manifest.kind === kind)
    const containerOf = ({ spec }: Manifest) => spec.template.spec.containers[0] as Container

    beforeAll(async () => {
      text = await run.kustomize(['build', folder])
      all = parseAllDocuments(text).map(document => document.toJS())
    })

    /** The variables a pod is started with. Its secrets are files of ours. */
    function environmentOf(deployment: Manifest): Record<string, string> {
      const { env, envFrom } = containerOf(deployment)
      const settings = envFrom.map(
        ({ configMapRef: { name } }) => of('ConfigMap').find(({ metadata }) => metadata.name === name)!.data,
      )
      const own = env.map(({ name, value }) => [name, value?.replace('/run/secrets/tarang', scratch)])
      return Object.assign({}, image.environment, ...settings, Object.fromEntries(own))
    }

    test('are what Kubernetes takes, field by field', async () => {
      const file = join(scratch, 'manifests.yaml')
      writeFileSync(file, text)
      const args = ['-strict', '-output', 'json', '-summary', '-schema-location', kubernetesSchemas, file]
      const { summary } = JSON.parse(await run.kubeconform(args))
      expect(summary).toEqual({ valid: all.length, invalid: 0, errors: 0, skipped: 0 })
    })

    test('the whole work is somebody’s, and settings are taken that are all read: a misspelt one would be ignored', () => {
      const roles = of('Deployment').map(deployment => {
        const environment = environmentOf(deployment)
        const { TSX_DISABLE_CACHE: _, ...settings } = environment
        expect(Object.keys(settings).filter(name => !knownSettings.has(name))).toEqual([])
        const config = readConfig(environment)
        expect(config.storage.mode).toBe('stack')
        return [deployment.metadata.name, config.roles]
      })
      expect(Object.fromEntries(roles)).toEqual({
        'tarang-front': [],
        'tarang-engine': ['engine'],
        'tarang-sms': ['sms'],
        'tarang-trainer': ['trainer'],
      })
    })

    test('the service, the probes and the server mean the same port', () => {
      for (const deployment of of('Deployment')) {
        const { ports, startupProbe, livenessProbe, readinessProbe } = containerOf(deployment)
        expect(ports).toEqual([{ name: 'http', containerPort: readConfig(environmentOf(deployment)).port }])
        expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.port)).toEqual(['http', 'http', 'http'])
      }
      expect(of('Service').map(({ spec }) => spec.ports[0].targetPort)).toEqual(['http'])
    })

    test('the service finds the pods that answer, and no others', () => {
      const [{ spec }] = of('Service') as [Manifest]
      const found = of('Deployment').filter(deployment => {
        const labels = deployment.spec.template.metadata.labels
        return Object.entries(spec.selector).every(([name, value]) => labels[name] === value)
      })
      expect(found.map(({ metadata }) => metadata.name)).toEqual(['tarang-front'])
    })

    test('probes ask what is there and needs no key, and no restart follows from a dependency that is away', () => {
      for (const deployment of of('Deployment')) {
        const { startupProbe, livenessProbe, readinessProbe } = containerOf(deployment)
        for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) expect(scopeOf('GET', httpGet.path)).toBe('open')
        expect([startupProbe.httpGet.path, livenessProbe.httpGet.path]).toEqual(['/health', '/health'])
        const front = deployment.metadata.name === 'tarang-front'
        expect([deployment.metadata.name, readinessProbe.httpGet.path]).toEqual([
          deployment.metadata.name,
          front ? '/health' : '/ready',
        ])
      }
    })

    test('images are of this version', () => {
      for (const deployment of of('Deployment')) expect(containerOf(deployment).image).toMatch(new RegExp(`tarang:${version}$`))
    })

    test('nothing runs as root, writes to its root, or may take all of the memory', () => {
      for (const deployment of of('Deployment')) {
        const { securityContext, resources } = containerOf(deployment)
        expect(deployment.spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: image.user })
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false })
        expect(resources.requests).toEqual({ cpu: expect.anything(), memory: expect.anything() })
        expect(resources.limits.memory).toBeDefined()
      }
    })

    test('secrets are named and nowhere told', () => {
      expect(of('Secret')).toEqual([])
      for (const deployment of of('Deployment')) {
        const volumes = deployment.spec.template.spec.volumes as { name: string }[]
        expect(volumes.filter(({ name }) => name !== 'models')).toEqual([
          { name: 'secrets', secret: { secretName: 'tarang', defaultMode: 0o440 } },
        ])
        const told = Object.keys(environmentOf(deployment)).filter(name => /^(SECRET_KEY|DATABASE_URL|.*_HEADERS?)$/.test(name))
        expect(told).toEqual([])
        expect(containerOf(deployment).env.filter(({ valueFrom }) => valueFrom !== undefined)).toEqual([])
      }
    })

    test('a model folder is the trainer’s alone, where it is asked for: filled before it starts, read where it is mounted, and not written to', () => {
      for (const deployment of of('Deployment')) {
        const { initContainers = [], volumes } = deployment.spec.template.spec
        const { modelDir } = readConfig(environmentOf(deployment))
        if (!models || deployment.metadata.name !== 'tarang-trainer') {
          expect([modelDir, initContainers, volumes.length]).toEqual([undefined, [], 1])
          continue
        }
        const [{ image, command, securityContext, volumeMounts }] = initContainers
        expect(image).toBe('tarang-models:all-minilm-l6-v2')
        expect(command).toEqual(['cp', '-R', '/models/.', modelDir])
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false })
        expect(volumeMounts).toEqual([{ name: 'models', mountPath: modelDir }])
        expect(containerOf(deployment).volumeMounts).toContainEqual({ name: 'models', mountPath: modelDir, readOnly: true })
        expect(volumes).toContainEqual({ name: 'models', emptyDir: expect.anything() })
      }
    })

    test('an autoscaler is not set back by the next apply, and asks for no more engines than there are partitions', () => {
      for (const { spec } of of('HorizontalPodAutoscaler')) {
        const deployment = of('Deployment').find(({ metadata }) => metadata.name === spec.scaleTargetRef.name)!
        expect(deployment.spec.replicas).toBeUndefined()
        if (deployment.metadata.name === 'tarang-engine')
          expect(spec.maxReplicas).toBe(readConfig(environmentOf(deployment)).partitions)
      }
    })

    test('a disruption may take a pod away: a budget that covers the only one would stop every drain', () => {
      for (const { spec } of of('PodDisruptionBudget')) expect(spec).toMatchObject({ maxUnavailable: 1 })
    })

    test('what is under way when a pod is told to stop has the time that `tarang start` gives it', () => {
      for (const deployment of of('Deployment')) {
        const { lifecycle } = containerOf(deployment) as { lifecycle?: { preStop: { sleep: { seconds: number } } } }
        const before = lifecycle?.preStop.sleep.seconds ?? 0
        expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30 + before)
      }
    })
  })
})

describe('what the autoscaler measures', () => {
  const read = (path: string) => parse(readFileSync(join(manifests, path), 'utf8'))
  const {
    rules: { external },
  } = read('monitoring/adapter-rules.yaml') as { rules: { external: { seriesQuery: string; name: { as: string } }[] } }

  test('is a metric that Tarang tells, under the name that the autoscaler asks for', async () => {
    const series = /^(\w+)\{/.exec(external[0]!.seriesQuery)![1]
    expect(await prometheus().text()).toContain(`# TYPE ${series} gauge`)
    const engine = readFileSync(join(manifests, 'base/engine.yaml'), 'utf8')
    expect(engine).toContain(`metric: { name: ${external[0]!.name.as} }`)
  })

  test('has the labels that the adapter asks for, and is under the job that the alerts know', () => {
    const [job] = read('monitoring/scrape.yaml') as [{ job_name: string; relabel_configs: { target_label?: string }[] }]
    expect(job.job_name).toBe('tarang')
    expect(job.relabel_configs.map(({ target_label }) => target_label)).toEqual(expect.arrayContaining(['namespace', 'pod']))
  })
})

test('the image of models has them where the trainer’s pod copies them from, under the name that they are looked for', () => {
  const file = readFileSync(join(manifests, '../models/Dockerfile'), 'utf8')
  expect(file).toContain(`COPY ${MINILM} /models/${MINILM}\n`)
  expect(file).toContain(`USER ${image.user}:`)
  expect(readFileSync(join(manifests, 'components/models/kustomization.yaml'), 'utf8')).toContain(
    `newTag: ${MINILM.toLowerCase()}\n`,
  )
})
