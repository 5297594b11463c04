import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { hostTensor, ThalwegError, zerosTensor, type TensorType } from '../../src/base/index.ts';
import { decodeModel, type Tensor } from '../../src/graph/index.ts';
import { add, full, input, matmul, mul, square } from '../../src/ops/index.ts';
import {
  asDevice,
  asHost,
  createRuntime,
  disposeTree,
  isDeviceTensor,
  readTensor,
  type AnyTensor,
  type Backend,
  type Runtime,
} from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';

const vector: TensorType = { dtype: 'float32', shape: [2] };
const values = (...elements: number[]) => hostTensor('float32', [elements.length], elements);

let backend: Backend;
let runtime: Runtime;
beforeAll(async () => {
  backend = await createOrtBackend({ device: 'cpu', threads: 1 });
  runtime = createRuntime(backend);
});
afterAll(() => runtime.close());

/** A backend that counts what is loaded and released, in front of the real one. */
function counting(): { backend: Backend; loaded: () => number; released: () => number } {
  let loaded = 0;
  let released = 0;
  const front: Backend = {
    device: backend.device,
    threads: backend.threads,
    version: backend.version,
    upload: (tensor) => backend.upload(tensor),
    close: async () => undefined,
    async load(model, options) {
      loaded++;
      const executable = await backend.load(model, options);
      return {
        run: (inputs) => executable.run(inputs),
        release: async () => {
          released++;
          await executable.release();
        },
      };
    },
  };
  return { backend: front, loaded: () => loaded, released: () => released };
}

describe('a program', () => {
  it('takes and gives tensors in the groups that the function has', async () => {
    const program = await runtime.compile(
      ({ weights: [a, b], x }) => ({ sum: add(a, b), list: [mul(x, 2)] as const }),
      { weights: [vector, vector] as const, x: vector },
    );
    const result = await program.run({ weights: [values(1, 2), values(3, 4)], x: values(5, 6) });
    expect(result).toEqual({ sum: values(4, 6), list: [values(10, 12)] });
    expectTypeOf(result).toEqualTypeOf<{ readonly sum: AnyTensor; readonly list: readonly [AnyTensor] }>();
    await program.release();
  });

  it('may take and give a single tensor', async () => {
    const program = await runtime.compile((x) => square(x), vector);
    expect(await program.run(values(2, 3))).toEqual(values(4, 9));
    expect(Object.keys(program.graph.inputs)).toEqual(['input']);
    expect(Object.keys(program.graph.outputs)).toEqual(['output']);
    await program.release();
  });

  it('may give its inputs, constants and one tensor twice', async () => {
    const program = await runtime.compile(
      ({ x }) => {
        const doubled = mul(x, 2);
        return { x, again: x, constant: full(3, vector), doubled, twice: doubled };
      },
      { x: vector },
    );
    const x = values(1, 2);
    const result = await program.run({ x });
    const doubled = values(2, 4);
    expect(result).toEqual({ x, again: x, constant: values(3, 3), doubled, twice: doubled });
    expect(asHost(result.x).data).not.toBe(x.data);
    expect(asHost(result.twice).data).not.toBe(asHost(result.doubled).data);
    await program.release();
  });

  it('checks but does not need inputs that no result depends on', async () => {
    const program = await runtime.compile(({ x, unused }) => add(x, mul(unused, 0)), { x: vector, unused: vector });
    const constant = await runtime.compile(() => full(1, vector), { unused: vector });
    expect(await constant.run({ unused: values(8, 9) })).toEqual(values(1, 1));
    await expectError(constant.run({ unused: values(8) }), 'RUNTIME_INPUT', 'expected float32[2], got float32[1]');
    expect(decodeModel(constant.model).inputs).toEqual([]);
    expect(await program.run({ x: values(1, 2), unused: values(8, 9) })).toEqual(values(1, 2));
    await program.release();
    await constant.release();
  });

  it('keeps the outputs that are named, or everything below a name, on the device', async () => {
    const program = await runtime.compile(
      ({ x }) => ({ loss: square(x), state: { a: add(x, 1), b: [add(x, 2)] }, stated: x }),
      { x: vector },
      { keep: ['state', 'loss'] },
    );
    const result = await program.run({ x: values(1, 2) });
    const kept = [result.loss, result.state.a, result.state.b[0]!, result.stated].map(isDeviceTensor);
    expect(kept).toEqual([true, true, true, false]);
    expect(await readTensor(result.state.b[0]!)).toEqual(values(3, 4));
    expect(await readTensor(result.stated)).toEqual(values(1, 2));
    disposeTree(result);
    expect(asDevice(result.loss).disposed).toBe(true);
    await program.release();
  });

  it('feeds its state to itself under the same names', async () => {
    const program = await runtime.compile(
      ({ state, x }) => ({ state: { w: add(state.w, x) } }),
      { state: { w: vector }, x: vector },
      { keep: ['state'] },
    );
    expect(Object.keys(program.graph.outputs)).toEqual(['state.w.out']);
    let state: { readonly w: AnyTensor } = { w: values(0, 0) };
    for (let step = 0; step < 3; step++) {
      const next = await program.run({ state, x: values(1, 2) });
      disposeTree(state);
      ({ state } = next);
    }
    expect(await asDevice(state.w).read()).toEqual(values(3, 6));
    disposeTree(state);
    await program.release();
  });

  it('gives every output a name of its own when inputs and outputs meet', async () => {
    const spec = { w: vector, 'w.out': vector };
    const program = await runtime.compile((x) => ({ w: add(x.w, 1), 'w.out': x.w, 'w.out.out': x['w.out'] }), spec);
    const result = await program.run({ w: values(1, 2), 'w.out': values(3, 4) });
    expect(result).toEqual({ w: values(2, 3), 'w.out': values(1, 2), 'w.out.out': values(3, 4) });
    await program.release();
  });

  it('holds the bytes of an ONNX model with its inputs and outputs by name', async () => {
    const program = await runtime.compile(({ x, w }) => ({ y: matmul(x, w) }), {
      x: { dtype: 'float32', shape: [2, 3] },
      w: { dtype: 'float32', shape: [3, 1] },
    });
    const { inputs, outputs } = decodeModel(program.model);
    expect(inputs.map(({ name }) => name)).toEqual(['x', 'w']);
    expect(outputs).toEqual([{ name: 'y', dtype: 'float32', shape: [2, 1] }]);
    await program.release();
  });

  it('puts its name in front of errors', async () => {
    const program = await runtime.compile(({ x }) => square(x), { x: vector }, { name: 'loss' });
    const message = 'loss: input "x": expected float32[2], got float64[2]';
    await expectError(program.run({ x: zerosTensor('float64', [2]) }), 'RUNTIME_INPUT', message);
    await program.release();
    await expectError(
      program.run({ x: values(1, 2) }),
      'RUNTIME_FAILED',
      'loss: expected a loaded program, got a released one',
    );
  });

  it.each([
    ['is missing', {}, 'input "x": expected float32[2], got nothing'],
    ['is unknown', { x: values(1, 2), z: values(1, 2) }, 'input "z": expected no such input'],
    ['is no tensor', { x: 3 }, 'expected tensors, lists or records at "x", got number'],
  ])('refuses an input that %s', async (_, inputs, message) => {
    const program = await runtime.compile(({ x }) => square(x), { x: vector });
    await expect(program.run(inputs as { x: AnyTensor })).rejects.toThrow(message);
    await program.release();
  });
});

describe('compile', () => {
  it('refuses to keep what is no output, and suggests one', async () => {
    const compiling = runtime.compile(({ x }) => ({ state: square(x) }), { x: vector }, { keep: ['stat'] });
    await expectError(
      compiling,
      'USAGE',
      'program: keep: expected the path of an output, got "stat"; did you mean "state"?',
    );
  });

  it('refuses a function that uses the input of another', async () => {
    let stolen: Tensor | undefined;
    await (await runtime.compile((x) => (stolen = square(x)), vector)).release();
    await expectError(
      runtime.compile((x) => add(x, stolen!), vector),
      'USAGE',
      'expected results of its own inputs',
    );
    const loose = input('loose', vector);
    await expectError(
      runtime.compile(() => loose, vector),
      'USAGE',
      'the foreign input "loose"',
    );
  });

  it('refuses two inputs or outputs at one path', async () => {
    const spec = { 'a.b': vector, a: { b: vector } };
    await expectError(
      runtime.compile((x) => x['a.b'], spec),
      'USAGE',
      'two at "a.b"',
    );
    const twice = runtime.compile((x) => ({ 'a.b': x, a: { b: x } }), vector);
    await expectError(twice, 'USAGE', 'two at "a.b"');
  });

  it('refuses a function that returns something else than tensors', async () => {
    const compiling = runtime.compile(() => ({ loss: 3 as unknown as Tensor }), vector);
    await expectError(compiling, 'USAGE', 'expected tensors, lists or records at "loss", got number');
  });

  it('reports the mistakes of the function itself under the name of the program', async () => {
    const compiling = runtime.compile(
      ({ x }) => matmul(x, x),
      { x: { dtype: 'float32', shape: [2, 3] } },
      { name: 'step' },
    );
    await expect(compiling).rejects.toMatchObject({
      code: 'GRAPH_SHAPE',
      message: expect.stringMatching(/^step: /) as string,
    });
  });
});

describe('programs of equal structure', () => {
  const compileTwice = async (other: Runtime) =>
    [await other.compile((x) => square(x), vector), await other.compile((x) => square(x), vector)] as const;

  it('share one executable until the last is released', async () => {
    const { backend: front, loaded, released } = counting();
    const [first, second] = await compileTwice(createRuntime(front));
    expect(loaded()).toBe(1);
    await first.release();
    await first.release();
    expect(released()).toBe(0);
    expect(await second.run(values(2, 3))).toEqual(values(4, 9));
    await second.release();
    expect(released()).toBe(1);
  });

  it('share one executable when they are compiled at the same time', async () => {
    const { backend: front, loaded } = counting();
    const other = createRuntime(front);
    const programs = await Promise.all([
      other.compile((x) => square(x), vector),
      other.compile((x) => square(x), vector),
    ]);
    expect(loaded()).toBe(1);
    for (const program of programs) await program.release();
  });

  it('are compiled again after the last was released', async () => {
    const { backend: front, loaded } = counting();
    const other = createRuntime(front);
    for (let round = 0; round < 2; round++) for (const program of await compileTwice(other)) await program.release();
    expect(loaded()).toBe(2);
  });

  it.each<[string, (x: Tensor) => Tensor, TensorType, readonly string[]]>([
    ['another shape', square, { dtype: 'float32', shape: [3] }, []],
    ['another operator', (x) => mul(x, 3), vector, []],
    ['another constant', (x) => mul(x, 2), vector, []],
    ['other outputs kept', (x) => mul(x, 3), vector, ['']],
  ])('do not share with %s', async (_, fn, spec, keep) => {
    const { backend: front, loaded } = counting();
    const other = createRuntime(front);
    const programs = [await other.compile((x) => mul(x, 4), vector), await other.compile(fn, spec, { keep })];
    expect(loaded()).toBe(2);
    for (const program of programs) await program.release();
  });

  it('do not inherit a failed compilation', async () => {
    const { backend: front } = counting();
    let attempts = 0;
    const failing: Backend = {
      ...front,
      load: (model, options) => {
        if (attempts++ === 0) return Promise.reject(new ThalwegError('RUNTIME_FAILED', 'runtime: no memory'));
        return front.load(model, options);
      },
    };
    const other = createRuntime(failing);
    await expectError(
      other.compile((x) => square(x), vector),
      'RUNTIME_FAILED',
      'program: runtime: no memory',
    );
    const program = await other.compile((x) => square(x), vector);
    expect(await program.run(values(1, 2))).toEqual(values(1, 4));
    await program.release();
  });
});

describe('results', () => {
  it('are told apart by where they are', () => {
    const host = values(1, 2);
    const device = backend.upload(host);
    expect(asHost(host)).toBe(host);
    expect(asDevice(device)).toBe(device);
    expect(() => asHost(device)).toThrow('expected a result in host memory, got float32[2] on the device');
    expect(() => asDevice(host)).toThrow('expected a result on the device (option keep), got float32[2]');
    device.dispose();
  });
});

async function expectError(action: Promise<unknown>, code: string, message: string): Promise<void> {
  await expect(action).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
}
