import type { ProbePlan, ProbeSpecification } from '../contract/index.ts';
import type { Probe } from '../probes/index.ts';
import { createQuantity } from '../quantities/index.ts';
import { initialSlots, initialState, Trainer, type Update } from '../train/index.ts';
import { ruleFor } from '../optim/index.ts';
import { learningRateAt, type Phase } from './phases.ts';
import type { Prepared } from './assemble.ts';
import { createProbe, isInterpolated, wantsGradient, isMeasured, type MeasuredSpecification } from './probes.ts';
import { quantitySetting } from './quantities.ts';
import { createStepper } from './stepper.ts';
import type { Stopwatch } from './stopwatch.ts';
import { trainingSeed } from './training-seed.ts';
import { createEvaluators } from './walk.ts';

/** Updates that are made of each update rule, where it lasts so long. */
const calibrationSteps = 20;

type ProbePrice = Omit<ProbePlan, 'share'>;

/** What the parts of a run take on this machine, from a few updates from the initial parameters. */
export interface Prices {
  /** Of all updates. */
  readonly updateSeconds: number;
  /** Of loss and accuracy on all sets, once. */
  readonly evaluationSeconds: number;
  readonly probes: readonly ProbePrice[];
}

/** Times some updates of each rule, one evaluation, and one product or call of each probe. Numbers that are not finite stop nothing. */
export async function calibrate(prepared: Prepared, stopwatch: Stopwatch): Promise<Prices> {
  const { phases, totalIterations } = prepared;
  let updateSeconds = 0;
  let rest = { evaluationSeconds: 0, probes: [] as ProbePrice[] };
  for (const [index, phase] of phases.entries()) {
    const count = (phases[index + 1]?.from ?? totalIterations) - phase.from;
    const trainer = await trainerOf(prepared, phase);
    try {
      let update: Update | undefined;
      const step = async (): Promise<void> => void (update = await trainer.step());
      updateSeconds += count * (await stopwatch.mean(Math.min(calibrationSteps, count), step));
      if (index === 0) rest = await measurements(prepared, trainer, update!, stopwatch);
    } finally {
      await trainer.release();
    }
  }
  return { updateSeconds, ...rest };
}

/** A trainer that begins with a rule, at the initial parameters. */
async function trainerOf(prepared: Prepared, { from, optimizer }: Phase): Promise<Trainer> {
  const { runtime, objective, specification } = prepared;
  const { model } = objective;
  const slots = initialSlots(model, ruleFor(optimizer));
  const state = { ...initialState(model, trainingSeed(specification)), slots, iteration: from };
  const stepper = await createStepper(prepared, wantsGradient(prepared), from, () => undefined);
  const rate = (iteration: number): number => learningRateAt(prepared, iteration);
  return new Trainer(runtime.backend, stepper, rate, state, { onNonFinite: () => undefined });
}

async function measurements(
  prepared: Prepared,
  trainer: Trainer,
  update: Update,
  stopwatch: Stopwatch,
): Promise<Omit<Prices, 'updateSeconds'> & { probes: ProbePrice[] }> {
  const probes: ProbePrice[] = [];
  for (const specification of prepared.specification.probes)
    probes.push(await probePrice(specification, prepared, trainer, update, stopwatch));
  return { evaluationSeconds: await evaluationSeconds(prepared, trainer, stopwatch), probes };
}

async function evaluationSeconds(prepared: Prepared, trainer: Trainer, stopwatch: Stopwatch): Promise<number> {
  const evaluators = await createEvaluators(prepared);
  let seconds = 0;
  for (const [, evaluator] of evaluators) {
    seconds += await stopwatch.mean(2, () => evaluator.evaluate(trainer.parameters, trainer.buffers));
    await evaluator.release();
  }
  return seconds;
}

function probePrice(
  specification: ProbeSpecification,
  prepared: Prepared,
  trainer: Trainer,
  update: Update,
  stopwatch: Stopwatch,
): Promise<ProbePrice> {
  if (isMeasured(specification)) return quantityPrice(specification, prepared, trainer, stopwatch);
  return updateProbePrice(specification, prepared, trainer, update, stopwatch);
}

/** A quantity takes its products at most, of which some are timed. */
async function quantityPrice(
  { every, ...specification }: MeasuredSpecification,
  prepared: Prepared,
  { parameters, buffers }: Trainer,
  stopwatch: Stopwatch,
): Promise<ProbePrice> {
  const { clock, totalIterations } = prepared;
  const setting = quantitySetting(prepared, specification);
  const quantity = await createQuantity(specification, setting);
  try {
    let rehearsed = 1;
    const rehearsal = await stopwatch.mean(3, async () => {
      rehearsed = await quantity.rehearse({ parameters, buffers });
    });
    const count = countIterations(totalIterations, (t) => t === totalIterations || clock.isDue(every, t));
    const products = count * quantity.maxProducts;
    return {
      kind: specification.kind,
      every,
      measurements: count,
      examples: setting.network.examples.count,
      productsEach: quantity.maxProducts,
      products,
      seconds: (products * rehearsal) / rehearsed,
      stopsEarly: quantity.stopsEarly,
    };
  } finally {
    await quantity.release();
  }
}

/** What is measured without products, at a price of its own. */
const withoutProducts = { productsEach: 0, products: 0, stopsEarly: false } as const;

/** What is measured of updates, or at every iteration. */
async function updateProbePrice(
  specification: Exclude<ProbeSpecification, MeasuredSpecification>,
  prepared: Prepared,
  trainer: Trainer,
  update: Update,
  stopwatch: Stopwatch,
): Promise<ProbePrice> {
  const { parameters: initial } = initialState(prepared.objective.model, trainingSeed(prepared.specification));
  const start = { initial, saved: {} };
  const probe = await createProbe(specification, prepared, { ...start, warn: () => undefined });
  const { kind } = specification;
  try {
    if (specification.kind === 'interpolation') {
      const examples = prepared.evaluationSet(specification.examples).count;
      const cost = await interpolationCost(specification.points - 1, probe, prepared, update, stopwatch);
      return { kind, every: null, examples, stopsEarly: false, ...cost };
    }
    const { totalIterations, clock } = prepared;
    const { parameters, buffers } = trainer;
    // Whatever its cadence, a probe is due at update 0.
    const visit = await stopwatch.mean(20, async () => probe.visit?.(0, { parameters, buffers }));
    const after = await stopwatch.mean(20, async () => probe.afterUpdate?.({ ...update, iteration: 0 }));
    if ('every' in specification) {
      const { every } = specification;
      const due = countIterations(totalIterations - 1, (t) => clock.isDue(every, t));
      return { kind, every, examples: null, measurements: due, ...withoutProducts, seconds: due * after };
    }
    return {
      kind,
      every: null,
      examples: null,
      measurements: totalIterations + (probe.visit ? 1 : 0),
      ...withoutProducts,
      seconds: (totalIterations + 1) * visit + totalIterations * after,
    };
  } finally {
    await probe.release();
  }
}

/** An interpolated update takes a pass for each α but 0; where a window begins, θ_t takes as many again. */
async function interpolationCost(
  productsEach: number,
  probe: Probe,
  prepared: Prepared,
  update: Update,
  stopwatch: Stopwatch,
): Promise<Pick<ProbePrice, 'measurements' | 'productsEach' | 'products' | 'seconds'>> {
  const { totalIterations } = prepared;
  const interpolated = (t: number): boolean => t >= 0 && t < totalIterations && isInterpolated(prepared, t);
  const measured = countIterations(totalIterations, interpolated);
  const windows = countIterations(totalIterations, (t) => interpolated(t) && !interpolated(t - 1));
  if (measured === 0) return { measurements: 0, productsEach, products: 0, seconds: 0 };
  let first = 0;
  while (!interpolated(first)) first++;
  // Each call begins a window.
  const seconds = await stopwatch.mean(2, async () => probe.afterUpdate!({ ...update, iteration: first }));
  const pass = seconds / (2 * productsEach);
  const products = (measured + windows) * productsEach;
  return { measurements: measured, productsEach, products, seconds: products * pass };
}

/** How many of θ_0, …, θ_last something happens at. */
function countIterations(last: number, happens: (iteration: number) => boolean): number {
  let count = 0;
  for (let t = 0; t <= last; t++) if (happens(t)) count++;
  return count;
}
