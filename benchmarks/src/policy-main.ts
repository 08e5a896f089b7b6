import { type Measurement, measure, ratio } from './measure.ts'
import { calls, decidersOf } from './policies.ts'
import { print } from './screen.ts'

/** Decisions in one turn of a contender: so many that the time of the turn itself does not count. */
const batch = 1_000

/** The same ten rules decide on the same calls; the others of a thousand are about other actions. */
async function timesOf(rules: number): Promise<Measurement[]> {
  const deciders = await decidersOf(rules)
  const contenders = deciders.map(({ name, decide }) => ({
    name,
    run: () => {
      for (let index = 0; index < batch; index++) decide(calls[index % calls.length] as (typeof calls)[number])
    },
  }))
  const times = await measure(contenders, { rounds: 9, iterationsPerRound: rules > 10 ? 1 : 20 })
  console.log(`\n${`A decision by ${rules.toLocaleString('en')} rules`.padEnd(48)}`, 'ns'.padStart(8))
  for (const one of times) print(one.name, (one.nanoseconds / batch).toFixed(0))
  return times
}

const ten = await timesOf(10)
const thousand = await timesOf(1_000)
const [byHand, ours, casbin, cedar] = [0, 1, 2, 3] as const

/** How many times the time of one is that of another. */
function times(one: Measurement | undefined, other: Measurement | undefined): string {
  return one === undefined || other === undefined ? '' : ratio(one, other).toFixed(1)
}

console.log(`\n${'Ratios, by rules'.padEnd(48)}`, '10'.padStart(8), '1,000'.padStart(9))
print('toolgate × closures by hand', times(ten[ours], ten[byHand]), times(thousand[ours], thousand[byHand]))
print('casbin × toolgate', times(ten[casbin], ten[ours]), times(thousand[casbin], thousand[ours]))
print('cedar-wasm × toolgate', times(ten[cedar], ten[ours]), times(thousand[cedar], thousand[ours]))
print('toolgate × toolgate by 10 rules', '1.0', times(thousand[ours], ten[ours]))
