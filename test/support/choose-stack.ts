import type { Stack } from './find-stack.ts'

/** A stack that was begun for one run: what infra/stack would have written as its environment. */
export interface Begun {
  readonly settings: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export interface Providers {
  /** One that runs already: it is quicker, and whoever started it means it. */
  readonly find: () => Promise<Stack | undefined>
  readonly dockerAnswers: () => Promise<boolean>
  readonly beginContainers: () => Promise<Begun>
}

/** Begins containers where no stack runs and Docker could run one; undefined where there is nothing to begin. */
export async function chooseStack({ find, dockerAnswers, beginContainers }: Providers): Promise<Begun | undefined> {
  if ((await find()) !== undefined || !(await dockerAnswers())) return undefined
  return beginContainers()
}
