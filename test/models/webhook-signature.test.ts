import { expect, test } from 'vitest'
import { webhookKey, webhookSigner } from '../../models/webhook-signature.ts'

test('the signature is the one that libraries for Standard Webhooks check: the example of its reference implementation', () => {
  const signer = webhookSigner(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'))
  const signature = signer.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('the key is the one that the command in docs/flows.md prints, and another secret has another', () => {
  // printf 'tarang webhook v1' | openssl dgst -sha256 -hmac 'a secret of this test' -binary | base64
  expect(webhookKey('a secret of this test').toString('base64')).toBe('lS5McubW88TebNlR72gSIKvrSQ9AaT4Xa6xLZvu36cA=')
  expect(webhookKey('another').equals(webhookKey('a secret of this test'))).toBe(false)
})
