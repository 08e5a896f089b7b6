/** One way to do a piece of work. `run` does it once. */
export interface Contender {
  readonly name: string
  run(iteration: number): unknown
}

export interface Measurement {
  readonly name: string
  /** The median over the rounds. */
  readonly nanoseconds: number
  readonly rounds: readonly number[]
}

export interface Effort {
  readonly rounds: number
  readonly iterationsPerRound: number
  /** How many are under way at the same time. 1 by default. */
  readonly inFlight?: number
  /** What is taken of the times of a round: the time for each (by default), or the median of single calls. */
  readonly of?: 'round' | 'call'
}

/**
 * Times contenders side by side: each round runs all of them, one after the other, starting with another one each
 * time, so that a machine whose speed drifts drifts for all. The first rounds warm up and are not counted.
 */
export async function measure(contenders: readonly Contender[], effort: Effort): Promise<Measurement[]> {
  const warmUps = 3
  const times = contenders.map((): number[] => [])
  for (let round = -warmUps; round < effort.rounds; round++) {
    for (let offset = 0; offset < contenders.length; offset++) {
      const index = (offset + round + warmUps) % contenders.length
      globalThis.gc?.()
      const timed = effort.of === 'call' ? timeCalls : timeRound
      const nanoseconds = await timed(contenders[index] as Contender, effort)
      if (round >= 0) times[index]?.push(nanoseconds)
    }
  }
  return contenders.map(({ name }, index) => {
    const rounds = times[index] as number[]
    return { name, nanoseconds: median(rounds), rounds }
  })
}

/** How many times slower one was than another: the median of the ratios within each round. */
export function ratio(of: Measurement, to: Measurement): number {
  return median(of.rounds.map((nanoseconds, round) => nanoseconds / (to.rounds[round] as number)))
}

async function timeRound(contender: Contender, { iterationsPerRound, inFlight = 1 }: Effort): Promise<number> {
  let iteration = 0
  const work = async () => {
    while (iteration < iterationsPerRound) await contender.run(iteration++)
  }
  const start = performance.now()
  if (inFlight === 1) await work()
  else await Promise.all(Array.from({ length: inFlight }, work))
  return ((performance.now() - start) * 1e6) / iterationsPerRound
}

async function timeCalls(contender: Contender, { iterationsPerRound }: Effort): Promise<number> {
  const times: number[] = []
  for (let iteration = 0; iteration < iterationsPerRound; iteration++) {
    const start = performance.now()
    await contender.run(iteration)
    times.push(performance.now() - start)
  }
  return median(times) * 1e6
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] as number
}
