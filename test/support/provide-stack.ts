import { chooseStack } from './choose-stack.ts'
import { beginContainers, dockerAnswers } from './containers.ts'
import { findStack } from './find-stack.ts'

/** Runs once before the tests that need a stack, and what it answers once after them; they find the stack by the environment. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const begun = await chooseStack({ find: findStack, dockerAnswers, beginContainers })
  Object.assign(process.env, begun?.settings)
  return begun?.stop
}
