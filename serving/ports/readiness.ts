/** One thing that must work before requests are welcome; `detail` says what is wrong, without secrets. */
export interface ReadinessCheck {
  readonly name: string
  readonly ok: boolean
  readonly detail?: string
}

export type Readiness = () => Promise<readonly ReadinessCheck[]>
