import { GatedToolRunner, rateGate } from 'toolgate'
import { openingHoursGate } from './opening-hours.ts'

let hour = 8
const clock = () => new Date(Date.UTC(2026, 0, 5, hour))
const runner = new GatedToolRunner({ gates: [rateGate(), openingHoursGate(clock)] })

runner.register('call_customer', {
  execute: () => 'rang the customer',
  rate: { maxCalls: 3, windowMs: 86_400_000 },
  openingHours: { from: 9, to: 17 },
})

for (hour of [7, 8, 9, 12, 18, 16]) {
  const result = await runner.call('call_customer')
  console.log(`${String(hour).padStart(2, '0')}:00  ${result.allowed ? `✓ ${result.result}` : `✗ ${result.message}`}`)
}

// The calls that the new gate stopped have given their slots back: the rate gate counts three.
const { message } = await runner.check('call_customer')
console.log(`next   ${message?.split(';')[0]}`)
