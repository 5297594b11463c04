import type { Tensor } from '../graph/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { exampleLosses, type NetworkTensors, type Objective } from '../train/index.ts';
import type { MeasuredNetwork } from './network.ts';
import type { ChunkTensors } from './programs.ts';

/** A function of the parameters that are differentiated; the others are those of the point. */
export type OfParameters = (theta: ParameterTensors) => Tensor;

const networkAt = ({ network: { parameters, buffers } }: ChunkTensors, theta: ParameterTensors): NetworkTensors => ({
  parameters: { ...parameters, ...theta },
  buffers,
});

/** Loss of each example of a chunk, with the objective's penalty: [n]. */
export const lossesOf =
  ({ objective, mode }: MeasuredNetwork, chunk: ChunkTensors): OfParameters =>
  (theta) =>
    exampleLosses(objective, networkAt(chunk, theta), chunk.x, chunk.labels, mode).losses;

/** Scores of a chunk: [n, classes]. */
export const scoresOf =
  ({ objective: { model }, mode }: MeasuredNetwork, chunk: ChunkTensors): OfParameters =>
  (theta) => {
    const { parameters, buffers } = networkAt(chunk, theta);
    return model.forward(parameters, buffers, chunk.x, mode).scores;
  };

/** The network with a loss that is the examples' alone. */
export const withoutPenalty = (network: MeasuredNetwork): MeasuredNetwork => ({
  ...network,
  objective: { model: network.objective.model, loss: network.objective.loss } satisfies Objective,
});
