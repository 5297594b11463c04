import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, scalarValue, ThalwegError, type DType, type HostTensor } from '../../src/base/index.ts';
import { asDevice, asHost, type AnyTensor, type Backend, type Executable } from '../../src/runtime/index.ts';
import { descentStep, unary } from './models.ts';

/**
 * What every backend must do. `create` makes a fresh one; `resident` are the element types it keeps on the device, `computed` those
 * it has kernels for (default: all).
 */
export function backendConformance(
  create: () => Promise<Backend>,
  resident: readonly DType[],
  computed: readonly DType[] = ['float32', 'float64', 'int64', 'bool'],
): void {
  let backend: Backend;
  const loaded: Executable[] = [];
  const load = async (model: Uint8Array, keep: readonly string[] = []): Promise<Executable> => {
    const executable = await backend.load(model, { keep });
    loaded.push(executable);
    return executable;
  };
  beforeAll(async () => {
    backend = await create();
  });
  afterAll(async () => {
    for (const executable of loaded) await executable.release();
    await backend.close();
  });

  it('states its device, threads and version', () => {
    expect(['cpu', 'webgpu', 'cuda']).toContain(backend.device);
    expect(backend.threads).toBeGreaterThan(0);
    expect(backend.version).toMatch(/\d+\.\d+/);
  });

  describe('elements', () => {
    it.each(examples.filter(({ dtype }) => computed.includes(dtype)))(
      'of $dtype $shape pass through a program',
      async (x) => {
        const program = await load(unary(negation[x.dtype], x.dtype, x.shape));
        const { y } = await program.run({ x });
        expect(y).toEqual(negated(x));
      },
    );

    it.each(examples.filter(({ dtype }) => resident.includes(dtype)))(
      'of $dtype $shape survive upload, a kept result and reading',
      async (x) => {
        const program = await load(unary(negation[x.dtype], x.dtype, x.shape), ['y']);
        const uploaded = backend.upload(x);
        const y = asDevice((await program.run({ x: uploaded }))['y']!);
        expect({ dtype: y.dtype, shape: y.shape }).toEqual({ dtype: x.dtype, shape: x.shape });
        expect(await y.read()).toEqual(negated(x));
        expect(await uploaded.read()).toEqual(x);
        uploaded.dispose();
        y.dispose();
      },
    );
  });

  describe('a run', () => {
    it('gives host results in fresh memory', async () => {
      const program = await load(unary('Neg', 'float32', [2]));
      const first = asHost((await program.run({ x: vector(1, 2) }))['y']!);
      const second = asHost((await program.run({ x: vector(3, 4) }))['y']!);
      expect([...first.data]).toEqual([-1, -2]);
      expect([...second.data]).toEqual([-3, -4]);
    });

    it('leaves its inputs as they are', async () => {
      const program = await load(unary('Neg', 'float32', [2]), ['y']);
      const x = vector(1, 2);
      const uploaded = backend.upload(x);
      for (const given of [x, uploaded, uploaded]) asDevice((await program.run({ x: given }))['y']!).dispose();
      expect(uploaded.disposed).toBe(false);
      expect([...x.data]).toEqual([1, 2]);
      expect(await uploaded.read()).toEqual(x);
      uploaded.dispose();
    });

    it('feeds a kept result to the next run', async () => {
      const step = await load(descentStep(1, 2, 1), ['next']);
      const data = { x: hostTensor('float32', [1, 2], [1, 1]), t: hostTensor('float32', [1, 1], [2]) };
      let w: AnyTensor = hostTensor('float32', [2, 1], [0, 0]);
      const losses: number[] = [];
      for (let index = 0; index < 4; index++) {
        const results = await step.run({ ...data, w });
        losses.push(scalarValue(asHost(results['loss']!)));
        if (index > 0) asDevice(w).dispose();
        w = results['next']!;
      }
      // Each step takes 2η = ½ of the difference away from both scores together: it halves, its square quarters.
      expect(losses).toEqual([4, 1, 0.25, 0.0625]);
      expect([...(await asDevice(w).read()).data]).toEqual([0.9375, 0.9375]);
      asDevice(w).dispose();
    });

    it('gives the same bits again', async () => {
      const step = await load(descentStep(16, 30, 10));
      const wave = (rows: number, columns: number, speed: number): HostTensor =>
        hostTensor(
          'float32',
          [rows, columns],
          Array.from({ length: rows * columns }, (_, i) => Math.sin(speed * i)),
        );
      const inputs = { x: wave(16, 30, 1.3), w: wave(30, 10, 0.7), t: wave(16, 10, 0.3) };
      expect(await step.run(inputs)).toEqual(await step.run(inputs));
    });
  });

  describe('a device tensor', () => {
    it('does not share memory with what was uploaded or read', async () => {
      const source = vector(1, 2);
      const tensor = backend.upload(source);
      source.data[0] = 9;
      const read = await tensor.read();
      read.data[1] = 9;
      expect([...(await tensor.read()).data]).toEqual([1, 2]);
      tensor.dispose();
    });

    it('outlives the input that it is a copy of', async () => {
      const program = await load(unary('Identity', 'float32', [2]), ['y']);
      const x = backend.upload(vector(1, 2));
      const y = asDevice((await program.run({ x }))['y']!);
      x.dispose();
      // Takes the memory of x if that was given back.
      const other = asDevice((await program.run({ x: vector(7, 8) }))['y']!);
      expect([...(await y.read()).data]).toEqual([1, 2]);
      y.dispose();
      other.dispose();
    });

    it('cannot be used after it was disposed, which may be done twice', async () => {
      const program = await load(unary('Neg', 'float32', [2]));
      const x = backend.upload(vector(1, 2));
      x.dispose();
      x.dispose();
      expect(x.disposed).toBe(true);
      const message = 'expected float32[2], got a disposed tensor';
      await expectError(program.run({ x }), 'RUNTIME_INPUT', `input "x": ${message}`);
      await expectError(x.read(), 'RUNTIME_INPUT', `tensor: ${message}`);
    });

    it('is refused by another backend', async () => {
      const other = await create();
      const x = other.upload(vector(1, 2));
      const program = await load(unary('Neg', 'float32', [2]));
      await expectError(
        program.run({ x }),
        'RUNTIME_INPUT',
        'input "x": expected a tensor of this device, got one of another',
      );
      x.dispose();
      await other.close();
    });
  });

  describe('an input', () => {
    const wrong: [string, Record<string, HostTensor>, string][] = [
      ['missing', {}, 'input "x": expected float32[2], got nothing'],
      ['of another shape', { x: vector(1, 2, 3) }, 'input "x": expected float32[2], got float32[3]'],
      ['of another rank', { x: hostTensor('float32', [], [1]) }, 'input "x": expected float32[2], got float32[]'],
      ['of another type', { x: hostTensor('float64', [2], [1, 2]) }, 'input "x": expected float32[2], got float64[2]'],
      [
        'of too few elements',
        { x: { ...vector(1), shape: [2] } },
        'input "x": expected 2 elements for float32[2], got 1',
      ],
      ['unknown', { x: vector(1, 2), xx: vector(1, 2) }, 'input "xx": expected no such input; did you mean "x"?'],
    ];
    it.each(wrong)('that is %s is refused', async (_, inputs, message) => {
      await expectError((await load(unary('Neg', 'float32', [2]))).run(inputs), 'RUNTIME_INPUT', message);
    });
  });

  describe('a program', () => {
    it('that is no model, or has unknown operators, is refused with the reason', async () => {
      const compiling = 'runtime: cannot compile the program: ';
      await expectError(load(Uint8Array.of(1, 2, 3)), 'RUNTIME_FAILED', `${compiling}Failed to load model`);
      await expectError(load(unary('Frobnicate', 'float32', [2])), 'RUNTIME_FAILED', 'No Op registered for Frobnicate');
    });

    it('keeps only outputs that it has', async () => {
      await expectError(load(unary('Neg', 'float32', [2]), ['elsewhere']), 'RUNTIME_FAILED', 'elsewhere');
    });

    it('does not run once it or its backend was closed', async () => {
      const other = await create();
      const [first, second] = [
        await other.load(unary('Neg', 'float32', [2]), { keep: [] }),
        await other.load(unary('Neg', 'float32', [2]), { keep: [] }),
      ];
      await first.release();
      await expectError(
        first.run({ x: vector(1, 2) }),
        'RUNTIME_FAILED',
        'expected a loaded program, got a released one',
      );
      expect([...asHost((await second.run({ x: vector(1, 2) }))['y']!).data]).toEqual([-1, -2]);
      await other.close();
      await expectError(
        second.run({ x: vector(1, 2) }),
        'RUNTIME_FAILED',
        'expected a loaded program, got a released one',
      );
      await expectError(
        other.load(unary('Neg', 'float32', [2]), { keep: [] }),
        'RUNTIME_FAILED',
        'expected an open device, got a closed one',
      );
      expect(() => other.upload(vector(1))).toThrow('expected an open device, got a closed one');
    });
  });
}

const vector = (...values: number[]): HostTensor<'float32'> => hostTensor('float32', [values.length], values);

/** An operator that is its own inverse on each type. */
const negation: Record<DType, string> = { float32: 'Neg', float64: 'Neg', int64: 'Neg', bool: 'Not' };

const examples: HostTensor[] = [
  hostTensor('float32', [2, 2], [1.5, -2, 0, 1e-30]),
  hostTensor('float32', [], [3]),
  hostTensor('float64', [3], [1 / 3, -1e200, 4]),
  hostTensor('int64', [2], [5, -7]),
  hostTensor('bool', [4], [1, 0, 0, 1]),
];

function negated(x: HostTensor): HostTensor {
  const data = x.data.slice();
  for (let index = 0; index < data.length; index++) {
    if (x.dtype === 'bool') data[index] = 1 - Number(data[index]);
    else data[index] = -data[index]!;
  }
  return { ...x, data };
}

async function expectError(action: Promise<unknown>, code: string, message: string): Promise<void> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ThalwegError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
  expect((error as Error).message).not.toContain('\n');
}
