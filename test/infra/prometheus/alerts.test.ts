import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { alertRules } from '../../support/dashboard.ts'
import { promtool } from '../../support/prometheus.ts'
import { skipLoudly } from '../../support/stack.ts'

const root = new URL('../../../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')
const names = alertRules().map(({ alert }) => alert)

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[]
  }[]
}

describe('alerts', () => {
  const checks = (parse(text('infra/prometheus/alerts.test.yml')) as RuleTests).tests.flatMap(
    ({ alert_rule_test }) => alert_rule_test,
  )
  const runbook = [...text('docs/runbook.md').matchAll(/^## (Tarang\w+)$/gm)].map(([, name]) => name)

  test('each has a test in which it fires', () => {
    const fired = new Set(checks.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname))
    expect(names.filter(name => !fired.has(name))).toEqual([])
  })

  test('each has one entry in the runbook, in the same order, and every entry an alert: nobody is woken without a word on what to do', () => {
    expect(runbook).toEqual(names)
  })

  test('each points to its own entry', () => {
    expect(alertRules().map(({ annotations }) => annotations.runbook)).toEqual(
      names.map(name => `docs/runbook.md#${name.toLowerCase()}`),
    )
  })
})

const tool = promtool()
if (tool === undefined) skipLoudly('promtool', 'no promtool: `infra/stack/stack install prometheus` fetches it')
else {
  describe('promtool', () => {
    const run = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(tool, args, { cwd: new URL('infra/prometheus/', root), encoding: 'utf8' })
      return { status, said: stdout + stderr }
    }

    test('takes Prometheus’s configuration: it would start with it', () => {
      expect(run('check', 'config', '--syntax-only', 'prometheus.yml')).toMatchObject({ status: 0 })
    })

    test('finds no fault with the rules', () => {
      expect(run('check', 'rules', '--lint-fatal', 'alerts.yml')).toMatchObject({ status: 0 })
    })

    test('has every alert fire when it should, and not when it should not', () => {
      const { status, said } = run('test', 'rules', 'alerts.test.yml')
      expect(status, said).toBe(0)
    })
  })
}
