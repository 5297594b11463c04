import type { HostTensor } from '../base/index.ts';
import {
  quantityShapes,
  type InterpolationSpecification,
  type ProbeSpecification,
  type QuantityKind,
} from '../contract/index.ts';
import {
  createAlpha,
  createDistance,
  createGradientCosine,
  createInterpolation,
  createQuantityProbe,
  createUpdateSize,
  interpolates,
  type Probe,
} from '../probes/index.ts';
import { createQuantity } from '../quantities/index.ts';
import { createBatches } from './batches.ts';
import { phaseAt, trainingChunk } from './phases.ts';
import type { Prepared } from './assemble.ts';
import { derivativeChunk, momentAt, quantitySetting } from './quantities.ts';

type Tensors = Readonly<Record<string, HostTensor>>;

/** What a probe is created with beside its specification. */
interface ProbeStart {
  readonly initial: Tensors;
  /** What the probes kept in the checkpoint a run resumes from. */
  readonly saved: Tensors;
  readonly warn: (message: string) => void;
}

/** A probe that measures a quantity. */
export type MeasuredSpecification = Extract<ProbeSpecification, { kind: QuantityKind }>;

export const isMeasured = (specification: ProbeSpecification): specification is MeasuredSpecification =>
  specification.kind in quantityShapes;

/** The probes of a specification, in its order. */
export async function createProbes(prepared: Prepared, start: ProbeStart): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const specification of prepared.specification.probes)
    probes.push(await createProbe(specification, prepared, start));
  return probes;
}

/** One probe of a specification. */
export function createProbe(
  specification: ProbeSpecification,
  prepared: Prepared,
  { initial, saved, warn }: ProbeStart,
): Promise<Probe> {
  if (isMeasured(specification)) return createMeasured(specification, prepared, warn);
  const { runtime, objective } = prepared;
  switch (specification.kind) {
    case 'gradient-cosine':
      return createGradientCosine(runtime, objective.model, prepared.followed?.gradients !== 'steps');
    case 'distance':
      return createDistance(runtime, objective.model, initial, saved);
    case 'interpolation':
      return createInterpolations(specification, prepared);
    case 'alpha': {
      const { at: batchAt } = createBatches(prepared, derivativeChunk(prepared));
      return createAlpha({ runtime, objective, batchAt, isDue: dueAt(specification, prepared) });
    }
    case 'update-size':
      return createUpdateSize(runtime, objective.model, initial, dueAt(specification, prepared));
  }
}

/** At a cadence and at the end. */
const dueAt =
  ({ every }: { readonly every: string }, { clock, totalIterations }: Prepared) =>
  (iteration: number): boolean =>
    iteration === totalIterations || clock.isDue(every, iteration);

/** A quantity at its cadence and at the end. */
async function createMeasured(
  { every, ...specification }: MeasuredSpecification,
  prepared: Prepared,
  warn: (message: string) => void,
): Promise<Probe> {
  return createQuantityProbe(await createQuantity(specification, quantitySetting(prepared, specification)), {
    isDue: dueAt({ every }, prepared),
    moment: (iteration) => momentAt(prepared, iteration),
    onUnconverged: (iteration) =>
      warn(`${specification.kind} at iteration ${iteration}: did not reach its tolerance; see its products`),
  });
}

/**
 * An interpolation, in the chunks of evaluation; with batch statistics of batch normalisation one for each training batch
 * size, which measures while the run trains with it.
 */
async function createInterpolations(specification: InterpolationSpecification, prepared: Prepared): Promise<Probe> {
  const { runtime, objective, clock } = prepared;
  const examples = prepared.evaluationSet(specification.examples);
  const population = prepared.data.train.count;
  const create = (chunkSize?: number): Promise<Probe> =>
    createInterpolation(specification, {
      runtime,
      objective,
      examples: prepared.chunked(examples, chunkSize),
      population,
      clock,
    });
  if (specification.batchNorm === 'running' || objective.model.buffers.length === 0) return create();
  const bySize = new Map<number, Probe>();
  for (const size of prepared.phases.map(trainingChunk)) if (!bySize.has(size)) bySize.set(size, await create(size));
  return {
    afterUpdate: async (update) => bySize.get(trainingChunk(phaseAt(prepared, update.iteration)))!.afterUpdate!(update),
    products: () => [...bySize.values()].reduce((sum, probe) => sum + probe.products!(), 0),
    async release() {
      for (const probe of bySize.values()) await probe.release();
    },
  };
}

/** Whether any probe looks at gradients, so that the programs keep them. */
export const wantsGradient = ({ specification }: Prepared): boolean =>
  specification.probes.some((probe) => probe.kind === 'gradient-cosine');

/** Whether update t costs an interpolation. */
export const isInterpolated = ({ specification, clock }: Prepared, iteration: number): boolean =>
  specification.probes.some((probe) => probe.kind === 'interpolation' && interpolates(probe, iteration, clock));
