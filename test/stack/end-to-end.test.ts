import { endToEnd } from '../contracts/end-to-end.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'

describeStack('Kafka and Postgres', stack => {
  endToEnd('the whole way of an event on the stack', wanted => stackDeployment(stack, wanted))
})
