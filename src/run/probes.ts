import type { HostTensor } from '../base/index.ts';
import type { InterpolationSpecification, ProbeSpecification } from '../contract/index.ts';
import {
  createDistance,
  createGradientCosine,
  createInterpolation,
  interpolates,
  type Probe,
} from '../probes/index.ts';
import type { Prepared } from './prepare.ts';

type Tensors = Readonly<Record<string, HostTensor>>;

/** The probes of a specification, in its order. `saved` is what they kept in the checkpoint a run resumes from. */
export async function createProbes(prepared: Prepared, initial: Tensors, saved: Tensors): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const specification of prepared.specification.probes)
    probes.push(await createProbe(specification, prepared, initial, saved));
  return probes;
}

function createProbe(
  specification: ProbeSpecification,
  prepared: Prepared,
  initial: Tensors,
  saved: Tensors,
): Promise<Probe> {
  const { runtime, objective, iterationsPerEpoch } = prepared;
  switch (specification.kind) {
    case 'gradient-cosine':
      return createGradientCosine(runtime, objective.model);
    case 'distance':
      return createDistance(runtime, objective.model, initial, saved);
    case 'interpolation': {
      const examples = prepared.evaluationSet(specification.examples);
      return createInterpolation(specification, {
        runtime,
        objective,
        examples: prepared.chunked(examples, interpolationChunk(specification, prepared)),
        population: prepared.data.train.count,
        iterationsPerEpoch,
      });
    }
  }
}

/** With batch statistics of batch normalisation: the training batch size; otherwise the chunks of evaluation. */
function interpolationChunk({ batchNorm }: InterpolationSpecification, prepared: Prepared): number | undefined {
  if (batchNorm === 'running' || prepared.objective.model.buffers.length === 0) return undefined;
  const { optimizer } = prepared.specification;
  return optimizer.name === 'gd' ? optimizer.chunkSize : optimizer.batchSize;
}

/** Whether any probe looks at gradients, so that the programs keep them. */
export const wantsGradient = ({ specification }: Prepared): boolean =>
  specification.probes.some((probe) => probe.kind === 'gradient-cosine');

/** Whether update t costs an interpolation. */
export const isInterpolated = ({ specification, iterationsPerEpoch }: Prepared, iteration: number): boolean =>
  specification.probes.some(
    (probe) => probe.kind === 'interpolation' && interpolates(probe, iteration, iterationsPerEpoch),
  );
