import { describe, expect, it } from 'vitest';
import { randomStream, sizeOf, ThalwegError } from '../../src/base/index.ts';
import { decodeModel, topologicalOrder, type ExternalFiles } from '../../src/graph/index.ts';
import { initialParameters } from '../../src/nn/index.ts';
import { inspectOnnx, networkFromOnnx } from '../../src/onnx/index.ts';
import { input, interpret, verify } from '../../src/ops/index.ts';
import { attention, bytesOf, cnn, mlp } from './files.ts';
import { mutations } from './mutate.ts';

/** Damaged files, `THALWEG_FUZZ` times as many where that is set. */
const filesOfEach = 7000 * Number(process.env['THALWEG_FUZZ'] ?? 1);
/** Bytes of memory that a damaged file of a few kilobytes may take at once. */
const memoryBound = 400e6;
const slowest = 3000;

/** A file of 100 bytes beside the model, whatever its name. */
const files: ExternalFiles = (location) => {
  if (location.includes('..') || location.startsWith('/'))
    throw new ThalwegError('ONNX_INVALID', 'onnx: external data: outside');
  return { size: 100, read: (offset, length) => new Uint8Array(100).subarray(offset, offset + length) };
};

/** What a user does with a file: read, inspect, build, and run where it is small. The error of the first step that fails. */
function attempt(bytes: Uint8Array, inspects = true): ThalwegError | undefined {
  try {
    const file = decodeModel(bytes, { files });
    if (inspects) inspectOnnx(file);
    const { model } = networkFromOnnx(file);
    initialParameters(model, 1);
    const tensors = Object.fromEntries(
      model.parameters.map(({ name, shape }) => [name, input(`parameter ${name}`, { dtype: 'float32', shape })]),
    );
    const buffers = Object.fromEntries(
      model.buffers.map(({ name, shape }) => [name, input(`buffer ${name}`, { dtype: 'float32', shape })]),
    );
    const x = input('x', { dtype: 'float32', shape: [3, ...model.inputShape] });
    const { scores } = model.forward(tensors, buffers, x, 'evaluate');
    verify({
      inputs: Object.fromEntries(
        topologicalOrder([scores]).flatMap((tensor) =>
          tensor.operator === 'Input' ? [[tensor.attributes['name'] as string, tensor]] : [],
        ),
      ),
      outputs: { scores },
    });
    expect(scores.shape).toEqual([3, model.classes]);
    const order = topologicalOrder([scores]);
    if (order.reduce((total, { shape }) => total + sizeOf(shape), 0) > 5000) return undefined;
    const given = order.filter(({ operator }) => operator === 'Input');
    const zeros = Object.fromEntries(
      given.map(({ attributes, shape }) => [
        attributes['name'] as string,
        { shape, data: new Float64Array(sizeOf(shape)) },
      ]),
    );
    expect(interpret([scores], zeros)[0]!.data).toHaveLength(3 * model.classes);
    return undefined;
  } catch (error) {
    if (error instanceof ThalwegError) return error;
    throw error;
  }
}

describe.each([
  ['a fully connected network', bytesOf(mlp())],
  ['a convolutional network', bytesOf(cnn())],
  ['attention', bytesOf(attention())],
])('damaged files of %s', (name, file) => {
  it(`end in an error of ours or in a valid network, ${filesOfEach} of them`, () => {
    expect(attempt(file)).toBeUndefined();
    const before = process.memoryUsage().rss;
    const outcomes = { refused: 0, valid: 0 };
    for (let round = 0; round < filesOfEach; round++) {
      const stream = randomStream(1, 'fuzz', name, round);
      const damaged = mutations[round % mutations.length]!(file, stream);
      const start = performance.now();
      const error = attemptNamed(damaged, round);
      expect(performance.now() - start, `time of file ${round}`).toBeLessThan(slowest);
      if (error) {
        outcomes.refused++;
        expect(error.message, `message of file ${round}`).not.toMatch(/\n/);
        expect(error.code, `${error.message}, file ${round}`).not.toBe('INTERNAL');
      } else outcomes.valid++;
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(memoryBound);
    // Both happen often: damage that is always refused at once, or never, would test nothing.
    expect(outcomes.valid).toBeGreaterThan(filesOfEach / 20);
    expect(outcomes.refused).toBeGreaterThan(filesOfEach / 3);
  });
});

/** {@link attempt}; what is no error of ours names the file. */
function attemptNamed(bytes: Uint8Array, round: number): ThalwegError | undefined {
  try {
    return attempt(bytes, round % 5 === 0);
  } catch (error) {
    throw new Error(`file ${round}: ${(error as Error).stack ?? String(error)}`, { cause: error });
  }
}
