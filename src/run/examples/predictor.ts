import { hostTensor, sizeOf } from '../../base/index.ts';
import type { Prediction, RunFile } from '../../contract/index.ts';
import type { DataSet } from '../../data/index.ts';
import { softmax } from '../../ops/index.ts';
import { asHost, createRuntime } from '../../runtime/index.ts';
import { createOrtBackend } from '../../runtime/node/index.ts';
import type { Checkpoint } from '../../store/index.ts';
import { batchTypes, bufferTypes, parameterTypes } from '../../train/index.ts';
import { loadModel, type FilePlaces } from '../model/index.ts';
import { pointAt } from '../point-at.ts';

/** A network at one point that says what it makes of training examples. */
export interface Predictor {
  /** The class of the largest score, with running statistics of batch normalisation; null where no score is a number. */
  predict(position: number): Promise<Prediction | null>;
  close(): Promise<void>;
}

/**
 * Opens the network of a run at a checkpoint, or with null at its initial point. Throws `CHECKPOINT_INVALID`, and
 * `RUNTIME_UNAVAILABLE` where the device of the run is not there.
 */
export async function openPredictor(
  { specification, environment }: RunFile,
  checkpoint: Checkpoint | null,
  data: DataSet,
  places: FilePlaces,
): Promise<Predictor> {
  const { model } = await loadModel(specification, data, places);
  const point = pointAt(checkpoint, model, specification);
  const { device, threads } = environment;
  const runtime = createRuntime(await createOrtBackend({ device, threads }));
  const specs = { parameters: parameterTypes(model), buffers: bufferTypes(model), x: batchTypes(model, 1).x };
  const program = await runtime.compile(
    ({ parameters, buffers, x }) => softmax(model.forward(parameters, buffers, x, 'evaluate').scores),
    specs,
    { name: 'prediction' },
  );
  const size = sizeOf(data.inputShape);
  return {
    async predict(position) {
      const values = data.train.inputs.slice(position * size, (position + 1) * size);
      const x = hostTensor('float32', [1, ...data.inputShape], values);
      const shares = asHost(await program.run({ ...point, x })).data as Float32Array;
      return predictionOf(shares, data.classNames);
    },
    close: () => runtime.close(),
  };
}

/** @param shares softmax of the scores */
function predictionOf(shares: Float32Array, classNames: readonly string[]): Prediction | null {
  const probability = Math.max(...shares);
  // One score that is no number makes every share one that is none.
  if (Number.isNaN(probability)) return null;
  const label = shares.indexOf(probability);
  return { label, className: classNames[label] ?? String(label), probability };
}
