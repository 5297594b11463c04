import { hostTensor, scalarValue, type HostTensor } from '../base/index.ts';
import type { Model } from '../nn/index.ts';
import { asHost, disposeTree, type AnyTensor, type Runtime } from '../runtime/index.ts';
import { parameterTypes, uploadAll } from '../train/index.ts';
import { innerProduct, squaredDistance } from './inner-product.ts';
import { exactRecord, type Probe } from './probe.ts';

const stateName = 'distance.pathLength';

/**
 * `‖θ_t − θ_0‖₂`, `‖θ_t‖₂` and the path length `Σ_{s<t} ‖θ_{s+1} − θ_s‖₂` (row W-dist).
 *
 * @param initial θ_0
 * @param saved what `state` returned when the run was interrupted
 */
export async function createDistance(
  runtime: Runtime,
  model: Model,
  initial: Readonly<Record<string, HostTensor>>,
  saved: Readonly<Record<string, HostTensor>>,
): Promise<Probe> {
  const types = parameterTypes(model);
  const place = await runtime.compile(
    ({ theta, origin }) => ({ distance: squaredDistance(theta, origin), norm: innerProduct(theta, theta) }),
    { theta: types, origin: types },
    { name: 'distance' },
  );
  const stride = await runtime.compile(
    ({ from, to }) => squaredDistance(to, from),
    { from: types, to: types },
    { name: 'step-length' },
  );
  const origin = uploadAll(runtime.backend, initial);
  let pathLength = Number(saved[stateName]?.data[0] ?? 0);
  const root = (squared: AnyTensor): number => Math.sqrt(scalarValue(asHost(squared)));
  return {
    async visit(iteration, { parameters: theta }) {
      const { distance, norm } = await place.run({ theta, origin });
      return [
        exactRecord('parameters.distance', iteration, root(distance)),
        exactRecord('parameters.norm', iteration, root(norm)),
        exactRecord('parameters.pathLength', iteration, pathLength),
      ];
    },
    async afterUpdate({ before, after }) {
      pathLength += root(await stride.run({ from: before, to: after }));
      return [];
    },
    state: () => ({ [stateName]: hostTensor('float64', [1], [pathLength]) }),
    async release() {
      disposeTree(origin);
      await place.release();
      await stride.release();
    },
  };
}
