import { script } from './script.ts'
import { Smsc } from './smsc.ts'

/** `main.ts [ADDRESS:]SMPP-PORT [ADDRESS:]SCRIPT-PORT`, on 127.0.0.1 where no address is named. What follows is for whoever looks for the process. */
const [smpp, http] = process.argv.slice(2, 4).map(where => {
  const [port, host = '127.0.0.1'] = where.split(':').reverse()
  return { port: Number(port), host }
})
const smsc = new Smsc()
smsc.server.listen(smpp!.port, smpp!.host)
script(smsc).listen(http!.port, http!.host)
