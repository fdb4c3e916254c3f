import { endToEnd } from '../contracts/end-to-end.ts'
import { embeddedDeployment } from '../support/scratch-deployment.ts'

endToEnd('the whole way of an event in one process', embeddedDeployment)
