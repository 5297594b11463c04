import { afterAll, beforeAll, describe, it } from 'vitest';
import { scalarValue, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { asHost, type AnyTensor, type Runtime } from '../../src/runtime/index.ts';
import {
  expectPass,
  goldenModelNames,
  inputsOf,
  modelOf,
  passOf,
  readGoldenModel,
  typesOf,
} from '../support/golden-models.ts';
import { cpuRuntime } from '../train/support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const numbers = (tensors: Readonly<Record<string, AnyTensor>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toFloat64(asHost(tensor))]));

describe('the networks, on the CPU in float32, agree with PyTorch in float64 to 1e-4', () => {
  it.each(goldenModelNames().flatMap((name) => (['train', 'evaluate'] as const).map((mode) => [name, mode] as const)))(
    '%s in mode %s: scores, loss, gradient and running statistics',
    async (name, mode) => {
      const golden = readGoldenModel(name);
      const model = modelOf(golden);
      const given = inputsOf(golden, model);
      const program = await runtime.compile((inputs) => passOf(model, inputs, mode), typesOf(given), { name });
      const { loss, scores, gradient, buffers } = await program.run(given);
      await program.release();
      const host: HostTensor = asHost(scores);
      const values = { loss: scalarValue(asHost(loss)), scores: toFloat64(host) };
      expectPass(golden, mode, { ...values, gradient: numbers(gradient), buffers: numbers(buffers) }, 1e-4);
    },
  );
});
