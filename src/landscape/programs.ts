import { atSeveralPoints, combinations, type AtPoints } from '../autodiff/index.ts';
import type { TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { BufferTensors, Mode } from '../nn/index.ts';
import { cast, stack } from '../ops/index.ts';
import {
  batchTypes,
  bufferTypes,
  correctness,
  exampleLosses,
  parameterTypes,
  type NetworkTensors,
} from '../train/index.ts';
import type { LandscapeNetwork } from './network.ts';

/** Where the running statistics of a pass come from. */
export type RunningStatistics = 'centre' | 'interpolated' | 'given';

/** What one program does. */
export interface PassKind {
  readonly mode: Mode;
  readonly running: RunningStatistics;
}

/** What a program is given, as symbolic tensors. */
interface Given {
  /** `θ_j`, all with buffers. */
  readonly terms: readonly NetworkTensors[];
  /** [points, terms] */
  readonly weights: Tensor;
  /** Buffers of each point; empty unless they are given. */
  readonly statistics: readonly BufferTensors[];
}

const typesOf = (
  { objective: { model }, dtype = 'float32' }: LandscapeNetwork,
  kind: PassKind,
  size: number,
  terms: number,
  points: number,
) => ({
  terms: Array.from({ length: terms }, () => ({
    parameters: parameterTypes(model, dtype),
    buffers: bufferTypes(model, dtype),
  })),
  weights: { dtype, shape: [points, terms] } as TensorType,
  statistics: Array.from({ length: kind.running === 'given' ? points : 0 }, () => bufferTypes(model, dtype)),
  ...batchTypes(model, size),
});

/** What the tensors of the first term, of which the network is built, are at the points. */
function movingTensors({ objective: { model } }: LandscapeNetwork, running: RunningStatistics, given: Given) {
  const [first] = given.terms;
  const moving = new Map<Tensor, AtPoints>();
  for (const { name } of model.parameters)
    moving.set(first!.parameters[name]!, {
      kind: 'mixed',
      images: given.terms.map(({ parameters }) => parameters[name]!),
    });
  if (running === 'centre') return moving;
  for (const { name } of model.buffers)
    moving.set(
      first!.buffers[name]!,
      running === 'interpolated'
        ? { kind: 'mixed', images: given.terms.map(({ buffers }) => buffers[name]!) }
        : { kind: 'varied', values: given.statistics.map((buffers) => buffers[name]!) },
    );
  return moving;
}

/** Loss of each example of a chunk at each point, and how far the largest score is the label's: [points, n] both. */
export function compileLosses(network: LandscapeNetwork, kind: PassKind, size: number, terms: number, points: number) {
  const { runtime, objective, dtype = 'float32' } = network;
  return runtime.compile(
    (given) => {
      const { x, labels } = given;
      const { losses, scores } = exampleLosses(objective, given.terms[0]!, cast(x, dtype), labels, kind.mode);
      const moving = movingTensors(network, kind.running, given);
      const outputs = [losses, correctness(scores, labels)];
      const [loss, correct] = atSeveralPoints(outputs, moving, combinations(given.weights));
      return { loss: stack(loss!, 0), correct: stack(correct!, 0) };
    },
    typesOf(network, kind, size, terms, points),
    { name: 'landscape' },
  );
}

/** Statistics of one chunk alone at each point, by the names of the buffers: [points, channels]. */
export function compileStatistics(network: LandscapeNetwork, size: number, terms: number, points: number) {
  const { runtime, objective, dtype = 'float32' } = network;
  const names = objective.model.buffers.map(({ name }) => name);
  const kind: PassKind = { mode: 'train', running: 'centre' };
  return runtime.compile(
    (given) => {
      const { parameters, buffers } = given.terms[0]!;
      const { statistics } = objective.model.forward(parameters, buffers, cast(given.x, dtype), 'train');
      const outputs = names.map((name) => statistics[name]!);
      const values = atSeveralPoints(outputs, movingTensors(network, 'centre', given), combinations(given.weights));
      return Object.fromEntries(names.map((name, index) => [name, stack(values[index]!, 0)]));
    },
    typesOf(network, kind, size, terms, points),
    { name: 'landscape-statistics' },
  );
}
