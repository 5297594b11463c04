import type { RunPlan, Specification } from '../contract/index.ts';
import { checked } from './beginning.ts';
import { calibrate } from './calibrate.ts';
import { peakMemory } from './peak-memory.ts';
import { prepare } from './prepare.ts';
import { closing } from './resource.ts';
import { Stopwatch } from './stopwatch.ts';

export interface PlanRequest {
  readonly specification: Specification;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
}

/**
 * What a run of a specification will be, and its price on this machine: a few updates, one evaluation and one product of each
 * quantity are made and timed in this process. Checkpoints and records count nothing. There is no run afterwards. Throws what
 * {@link executeRun} throws before it trains.
 */
export async function planRun(
  { specification, dataDirectory }: PlanRequest,
  onNote?: (message: string) => void,
): Promise<RunPlan> {
  const began = performance.now();
  const prepared = await prepare(checked(specification), { dataDirectory }, onNote);
  return closing(prepared, async () => {
    const { clock, totalIterations, data, objective, runtime } = prepared;
    const stopwatch = new Stopwatch();
    const prices = await calibrate(prepared, stopwatch);
    const setup = Math.max(0, (performance.now() - began) / 1000 - stopwatch.spent);
    let evaluations = 0;
    for (let t = 0; t <= totalIterations; t++)
      if (t === totalIterations || clock.isDue(specification.evaluate, t)) evaluations++;
    const evaluationSeconds = evaluations * prices.evaluationSeconds;
    const probeSeconds = prices.probes.reduce((sum, { seconds }) => sum + seconds, 0);
    const total = setup + prices.updateSeconds + evaluationSeconds + probeSeconds;
    return {
      study: specification.study ?? null,
      scale: specification.scale ?? null,
      name: specification.name ?? null,
      seed: specification.seed,
      iterations: totalIterations,
      epochs: clock.epochs(totalIterations),
      parameters: objective.model.size,
      examples: { train: data.train.count, validation: data.validation?.count ?? 0, test: data.test.count },
      device: runtime.backend.device,
      threads: runtime.backend.threads,
      setup: { seconds: setup },
      updates: { count: totalIterations, seconds: prices.updateSeconds },
      evaluations: { count: evaluations, seconds: evaluationSeconds },
      probes: prices.probes.map((probe) => ({ ...probe, share: total > 0 ? probe.seconds / total : 0 })),
      seconds: total,
      memory: peakMemory(),
    };
  });
}
