import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueAndGrad } from '../../src/autodiff/index.ts';
import { hostTensor, isFloat, scalar, toFloat64, type DType, type HostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { crossEntropy, type ParameterTensors } from '../../src/nn/index.ts';
import { input, interpret, linear, mean } from '../../src/ops/index.ts';
import {
  adam,
  gradientDescent,
  momentum,
  rmsProp,
  sharpnessAware,
  type AdamOptions,
  type RmsPropOptions,
  type UpdateRule,
} from '../../src/optim/index.ts';
import type { AnyTensor, Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { readGoldens, type HostTensors } from '../support/golden-graphs.ts';
import { cpuRuntime } from '../train/support.ts';

interface Trajectory {
  readonly name: string;
  readonly options: AdamOptions & RmsPropOptions & { readonly nesterov?: boolean; readonly rho?: number };
  readonly learningRates: readonly number[];
  readonly inputs: HostTensors;
  readonly parameters: HostTensors;
  readonly losses: readonly number[];
  readonly trajectory: readonly HostTensors[];
}

const goldens = readGoldens<Trajectory>('optimizers');

function ruleOf({ name, options }: Trajectory): UpdateRule {
  if (name === 'sgd') return gradientDescent;
  if (name.startsWith('adam')) return adam(options);
  if (name.startsWith('rmsprop')) return rmsProp(options);
  return momentum(options.momentum!, options);
}

interface State {
  readonly parameters: HostTensors;
  readonly slots: Readonly<Record<string, HostTensors>>;
}
type Step = (state: State, scalars: Readonly<Record<string, HostTensor>>) => Promise<State & { loss: number }>;

const initialState = (golden: Trajectory, rule: UpdateRule, dtype: DType): State => {
  const each = (make: (tensor: HostTensor) => HostTensor): HostTensors =>
    Object.fromEntries(Object.entries(golden.parameters).map(([name, tensor]) => [name, make(tensor)]));
  const filled = (value: number) => (tensor: HostTensor) =>
    hostTensor(dtype, tensor.shape, toFloat64(tensor).fill(value));
  return {
    parameters: each((tensor) => hostTensor(dtype, tensor.shape, toFloat64(tensor))),
    slots: Object.fromEntries(Object.entries(rule.slots).map(([slot, value]) => [slot, each(filled(value))])),
  };
};

interface StepTensors {
  readonly inputs: ParameterTensors;
  readonly parameters: ParameterTensors;
  readonly slots: Readonly<Record<string, ParameterTensors>>;
  readonly scalars: Readonly<Record<string, Tensor>> & { readonly learningRate: Tensor };
}

function oneUpdate({ options }: Trajectory, rule: UpdateRule, { inputs, parameters, slots, scalars }: StepTensors) {
  const plain = valueAndGrad((theta: ParameterTensors) =>
    mean(crossEntropy(linear(inputs['input']!, theta['weight']!, theta['bias']), inputs['label']!)),
  );
  const rho = options.rho;
  const { value, gradient } = (rho === undefined ? plain : sharpnessAware(plain, rho))(parameters);
  return { loss: value, ...rule.update({ parameters, gradient, slots, scalars, noise: {} }) };
}

/** Makes all updates and compares every iterate. */
async function expectTrajectory(golden: Trajectory, dtype: 'float32' | 'float64', step: Step, relative: number) {
  const rule = ruleOf(golden);
  let state = initialState(golden, rule, dtype);
  for (const [iteration, learningRate] of golden.learningRates.entries()) {
    const own = Object.entries(rule.scalars).map(([name, at]) => [name, scalar(at(iteration), dtype)] as const);
    const { loss, ...next } = await step(state, {
      learningRate: scalar(learningRate, dtype),
      ...Object.fromEntries(own),
    });
    expectClose([loss], [golden.losses[iteration]!], { relative }, `${golden.name}: loss ${iteration}`);
    for (const [name, expected] of Object.entries(golden.trajectory[iteration]!))
      expectClose(toFloat64(next.parameters[name]!), toFloat64(expected), { relative }, `${name} after ${iteration}`);
    state = next;
  }
}

describe.each(goldens.map((golden) => [golden.name, golden] as const))(
  'ten updates by %s agree with PyTorch',
  (_, golden) => {
    const rule = ruleOf(golden);

    it('in float64', async () => {
      await expectTrajectory(
        golden,
        'float64',
        (state, scalars) => {
          const values: Record<string, HostTensor> = {};
          const place = (path: string, tensors: HostTensors): Record<string, Tensor> =>
            Object.fromEntries(
              Object.entries(tensors).map(([name, tensor]) => {
                values[`${path}.${name}`] = tensor;
                const dtype = isFloat(tensor.dtype) ? 'float64' : tensor.dtype;
                return [name, input(`${path}.${name}`, { dtype, shape: tensor.shape })];
              }),
            );
          const slots = Object.entries(state.slots).map(([slot, tensors]) => [slot, place(slot, tensors)] as const);
          const result = oneUpdate(golden, rule, {
            inputs: place('inputs', golden.inputs),
            parameters: place('parameters', state.parameters),
            slots: Object.fromEntries(slots),
            scalars: place('scalars', scalars) as StepTensors['scalars'],
          });
          const read = (tensors: ParameterTensors): HostTensors =>
            Object.fromEntries(
              Object.entries(tensors).map(([name, tensor]) => {
                const { shape, data } = interpret([tensor], values)[0]!;
                return [name, hostTensor('float64', shape, data)];
              }),
            );
          return Promise.resolve({
            loss: interpret([result.loss], values)[0]!.data[0]!,
            parameters: read(result.parameters),
            slots: Object.fromEntries(Object.entries(result.slots).map(([slot, tensors]) => [slot, read(tensors)])),
          });
        },
        1e-9,
      );
    });

    let runtime: Runtime;
    beforeAll(async () => {
      runtime = await cpuRuntime();
    });
    afterAll(() => runtime.close());

    it('in float32 by the runtime', async () => {
      await expectTrajectory(
        golden,
        'float32',
        async (state, scalars) => {
          const given = { inputs: golden.inputs, ...state, scalars };
          const program = await runtime.compile((at) => oneUpdate(golden, rule, at as StepTensors), given);
          const result = (await program.run(given)) as unknown as State & { loss: AnyTensor };
          await program.release();
          return { ...result, loss: toFloat64(result.loss as HostTensor)[0]! };
        },
        1e-5,
      );
    });
  },
);

it('the goldens hold every rule', () => {
  expect(goldens.map(({ name }) => name).sort()).toEqual([
    'adam',
    'adam-options',
    'momentum',
    'nesterov',
    'rmsprop',
    'rmsprop-options',
    'sam',
    'sgd',
  ]);
});
