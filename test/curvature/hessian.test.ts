import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHessian, parameterLayout } from '../../src/curvature/index.ts';
import { createRuntime, type Runtime } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { expectClose, inner } from '../support/close.ts';
import { caseOf, differenceHessian, measured, models, objectives, pointOf, randomVector, times } from './support.ts';
import { crossEntropy } from '../../src/nn/index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
});
afterAll(() => runtime.close());

describe('a Hessian-vector product is that of the full matrix, by differences of gradients in float64, to 1e-5', () => {
  it.each(Object.entries(objectives))('%s', async (_, objective) => {
    const given = caseOf(objective);
    const hessian = await createHessian(measured(runtime, given));
    const v = randomVector(hessian.size);
    expectClose(await hessian.apply(v), times(differenceHessian(given, 7), v), { relative: 1e-5 });
    await hessian.release();
  });

  it('batch normalisation in train mode, by the statistics of each chunk', async () => {
    const given = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const hessian = await createHessian(measured(runtime, given, 4, { mode: 'train' }));
    const v = randomVector(hessian.size);
    expectClose(await hessian.apply(v), times(differenceHessian(given, 4, 'train'), v), { relative: 1e-5 });
    await hessian.release();
  });

  it('in float64 to 1e-8', async () => {
    const given = caseOf(objectives['L2 penalty']!);
    const hessian = await createHessian(measured(runtime, given, 3, { dtype: 'float64' }));
    const v = randomVector(hessian.size, 1, 'float64');
    const product = await hessian.apply(v);
    expect(product).toBeInstanceOf(Float64Array);
    expectClose(product, times(differenceHessian(given, 7), v), { relative: 1e-8 });
    await hessian.release();
  });
});

describe('the Hessian', () => {
  const given = caseOf({ model: models.residual, loss: crossEntropy });
  const [u, v] = [
    randomVector(parameterLayout(models.residual).size, 1),
    randomVector(parameterLayout(models.residual).size, 2),
  ];

  it('is symmetric', async () => {
    const hessian = await createHessian(measured(runtime, given));
    const [left, right] = [inner(u, await hessian.apply(v)), inner(await hessian.apply(u), v)];
    expectClose([left], [right], { relative: 1e-5 });
    await hessian.release();
  });

  it('gives the same bits twice', async () => {
    const products = [];
    for (let time = 0; time < 2; time++) {
      const hessian = await createHessian(measured(runtime, given));
      products.push(await hessian.apply(v), await hessian.apply(v));
      await hessian.release();
    }
    for (const product of products) expect(product).toEqual(products[0]);
  });

  it('does not depend on the chunks but for rounding, a shorter last one included', async () => {
    const products = [];
    for (const size of [1, 3, 5, 7, 100]) {
      const hessian = await createHessian(measured(runtime, given, size));
      products.push(await hessian.apply(v));
      await hessian.release();
    }
    for (const product of products) expectClose(product, products[0]!, { relative: 1e-6 });
  });

  it('restricted to a layer is that block of the whole', async () => {
    const whole = await createHessian(measured(runtime, given));
    const block = await createHessian(measured(runtime, given), {
      parameters: [...models.residual.topParameters, '1.0'],
    });
    expect(block.layout.entries.map(({ name }) => name)).toEqual(['1.0.weight', '1.0.bias', '2.weight', '2.bias']);
    const direction = randomVector(block.size, 3);
    const padded = new Float32Array(whole.size);
    const tensors = block.layout.unflatten(direction);
    for (const { name, offset } of whole.layout.entries)
      if (tensors[name]) padded.set(tensors[name].data as Float32Array, offset);
    const expected = block.layout.flatten(whole.layout.unflatten(await whole.apply(padded)));
    expectClose(await block.apply(direction), expected, { relative: 1e-6 });
    await whole.release();
    await block.release();
  });

  it('takes vectors in blocks, and what is left one by one', async () => {
    const hessian = await createHessian(measured(runtime, given), { block: 2 });
    const vectors = [1, 2, 3, 4, 5].map((seed) => randomVector(hessian.size, seed));
    const together = await hessian.applyMany(vectors);
    for (const [index, vector] of vectors.entries())
      expectClose(together[index]!, await hessian.apply(vector), { relative: 1e-6 });
    await hessian.release();
  });

  it('at another point is the one made there, and outlives the first', async () => {
    const first = await createHessian(measured(runtime, given));
    const there = pointOf(models.residual, 2);
    const moved = await first.at(there);
    await first.release();
    await first.release();
    const made = await createHessian(measured(runtime, { ...given, ...there }));
    expect(await moved.apply(v)).toEqual(await made.apply(v));
    await made.release();
    await moved.release();
    await expect(moved.apply(v)).rejects.toThrow('hessian: expected a loaded program, got a released one');
  });

  it('takes tensors of the device', async () => {
    const parameters = Object.fromEntries(
      Object.entries(given.parameters).map(([name, tensor]) => [name, runtime.backend.upload(tensor)]),
    );
    const [host, device] = [
      await createHessian(measured(runtime, given)),
      await createHessian({ ...measured(runtime, given), parameters }),
    ];
    Object.values(parameters).forEach((tensor) => tensor.dispose());
    expect(await device.apply(v)).toEqual(await host.apply(v));
    await host.release();
    await device.release();
  });
});

describe('the Hessian refuses', () => {
  const given = caseOf({ model: models.residual, loss: crossEntropy });
  const other = pointOf(models.relu);

  it('no examples', async () => {
    const none = { ...given, examples: { inputs: new Float32Array(0), labels: [], count: 0 } };
    await expect(createHessian(measured(runtime, none))).rejects.toMatchObject({
      code: 'USAGE',
      message: 'hessian: expected at least one example, got none',
    });
  });

  it('a vector of another length or type', async () => {
    const hessian = await createHessian(measured(runtime, given));
    await expect(hessian.apply(new Float32Array(3))).rejects.toMatchObject({ code: 'OPERATOR_INPUT' });
    await expect(hessian.apply(new Float64Array(hessian.size))).rejects.toMatchObject({ code: 'OPERATOR_INPUT' });
    await hessian.release();
  });

  it('the parameters of another model', async () => {
    await expect(createHessian({ ...measured(runtime, given), parameters: other.parameters })).rejects.toMatchObject({
      code: 'RUNTIME_INPUT',
      message: 'parameter "1.weight": expected no such parameter in this model; did you mean "0.weight"?',
    });
  });

  it('a parameter that is missing, of another shape or type, or disposed', async () => {
    const { '0.bias': bias, ...rest } = given.parameters;
    const at = (tensors: object) => createHessian({ ...measured(runtime, given), parameters: { ...rest, ...tensors } });
    await expect(at({})).rejects.toThrow('parameter "0.bias": expected float32[5], got nothing');
    await expect(at({ '0.bias': { ...bias!, shape: [1, 5] } })).rejects.toThrow(
      'expected float32[5], got float32[1,5]',
    );
    const labels = { dtype: 'int64', shape: [5], data: new BigInt64Array(5) };
    await expect(at({ '0.bias': labels })).rejects.toThrow('expected float32[5], got int64[5]');
    const disposed = runtime.backend.upload(bias!);
    disposed.dispose();
    await expect(at({ '0.bias': disposed })).rejects.toThrow('got a disposed tensor');
  });

  it('blocks of vectors that are no number of vectors', async () => {
    for (const block of [0, 1.5, -1])
      await expect(createHessian(measured(runtime, given), { block })).rejects.toMatchObject({
        code: 'OPERATOR_INPUT',
      });
  });

  it('a network in float64 where the runtime has no kernels', async () => {
    const images = caseOf({ model: models.convolution, loss: crossEntropy });
    await expect(createHessian(measured(runtime, images, 3, { dtype: 'float64' }))).rejects.toMatchObject({
      code: 'RUNTIME_FAILED',
    });
  });
});
