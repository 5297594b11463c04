import { toFloat64, type HostTensor } from '../base/index.ts';
import type { MetricRecord, SeriesName } from '../contract/index.ts';
import type { Model } from '../nn/index.ts';
import { square, stack, sub, sum } from '../ops/index.ts';
import { asHost, disposeTree, type Runtime } from '../runtime/index.ts';
import { parameterTypes, uploadAll, type DeviceParameters } from '../train/index.ts';
import { exactRecord, type Probe } from './probe.ts';

/**
 * `‖θ_{t+1} − θ_t‖` of the whole update, the same of each parameter tensor, and the distance `‖θ_t − θ_0‖` of each tensor (that of all
 * together is `parameters.distance`). Tensors are counted from 1 in the model's order.
 *
 * @param initial θ_0
 */
export async function createUpdateSize(
  runtime: Runtime,
  model: Model,
  initial: Readonly<Record<string, HostTensor>>,
  isDue: (iteration: number) => boolean,
): Promise<Probe> {
  const types = parameterTypes(model);
  const names = model.parameters.map(({ name }) => name);
  const distances = await runtime.compile(
    ({ from, to }) =>
      stack(
        names.map((name) => sum(square(sub(to[name]!, from[name]!)))),
        0,
      ),
    { from: types, to: types },
    { name: 'tensor-distances' },
  );
  const origin = uploadAll(runtime.backend, initial);
  const squares = async (from: DeviceParameters, to: DeviceParameters): Promise<Float64Array> =>
    toFloat64(asHost(await distances.run({ from, to })));
  const perTensor = (series: SeriesName, iteration: number, values: Float64Array): MetricRecord[] =>
    Array.from(values, (value, index) => ({
      ...exactRecord(series, iteration, Math.sqrt(value)),
      coordinate: index + 1,
    }));
  return {
    async visit(iteration, { parameters }) {
      if (!isDue(iteration)) return [];
      return perTensor('parameters.tensorDistance', iteration, await squares(origin, parameters));
    },
    async afterUpdate({ iteration, before, after }) {
      if (!isDue(iteration)) return [];
      const values = await squares(before, after);
      const total = Math.sqrt(values.reduce((all, value) => all + value, 0));
      return [exactRecord('update.size', iteration, total), ...perTensor('update.tensorSize', iteration, values)];
    },
    async release() {
      disposeTree(origin);
      await distances.release();
    },
  };
}
