import { describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../../src/base/index.ts';
import { int, type OnnxAttribute } from '../../src/graph/index.ts';
import { initialParameters } from '../../src/nn/index.ts';
import { networkFromOnnx } from '../../src/onnx/index.ts';
import { constant, interpret } from '../../src/ops/index.ts';
import { modelOf, node } from './files.ts';

const text = (value: string): OnnxAttribute => ({ type: 'string', value });
const floats = (...values: number[]): HostTensor => hostTensor('float32', [values.length], values);

/** A signal [0, 10, 20, …] of `length` after a node of `operator` with `scales`, in a network that only adds zero. */
function resized(
  length: number,
  scale: number,
  attributes: Readonly<Record<string, OnnxAttribute>>,
  { operator = 'Resize', opset = 17 }: { readonly operator?: string; readonly opset?: number } = {},
): number[] {
  const size = Math.max(1, Math.floor(length * scale) || 1);
  const tables = { scales: floats(1, 1, scale), bias: hostTensor('float32', [size], new Float32Array(size)) };
  const inputs = operator === 'Resize' && opset > 10 ? ['x', '', 'scales'] : ['x', 'scales'];
  const file = modelOf(
    ['n', 1, length],
    tables,
    [node(operator, inputs, 'y', attributes), node('Flatten', ['y'], 'f'), node('Add', ['f', 'bias'], 'scores')],
    opset,
  );
  // One number would be a constant.
  const { model } = networkFromOnnx(file, { include: ['bias'] });
  const x = constant(
    hostTensor(
      'float32',
      [1, 1, length],
      Float32Array.from({ length }, (_, at) => 10 * at),
    ),
  );
  const parameters = Object.fromEntries(
    Object.entries(initialParameters(model, 0)).map(([name, value]) => [name, constant(value)]),
  );
  return Array.from(interpret([model.forward(parameters, {}, x, 'evaluate').scores])[0]!.data);
}

const by = (mode: string, coordinates: string, rounding?: string): Record<string, OnnxAttribute> => ({
  mode: text(mode),
  coordinate_transformation_mode: text(coordinates),
  ...(rounding !== undefined && { nearest_mode: text(rounding) }),
});

describe('Resize', () => {
  // Places on the old axis by hand: position i of the new one lies at (i + ½)/2 − ½ = −¼, ¼, ¾, 1¼, … with half pixels.
  it.each([
    ['asymmetric', 'floor', [0, 0, 10, 10, 20, 20]],
    ['asymmetric', 'ceil', [0, 10, 10, 20, 20, 20]],
    ['asymmetric', 'round_prefer_floor', [0, 0, 10, 10, 20, 20]],
    ['asymmetric', 'round_prefer_ceil', [0, 10, 10, 20, 20, 20]],
    ['half_pixel', 'round_prefer_floor', [0, 0, 10, 10, 20, 20]],
    ['half_pixel', 'ceil', [0, 10, 10, 20, 20, 20]],
  ])('takes the nearest element, %s with %s', (coordinates, rounding, expected) => {
    expect(resized(3, 2, by('nearest', coordinates, rounding))).toEqual(expected);
  });

  it.each([
    ['half_pixel', 2, [0, 2.5, 7.5, 12.5, 17.5, 20]],
    ['pytorch_half_pixel', 2, [0, 2.5, 7.5, 12.5, 17.5, 20]],
    ['half_pixel_symmetric', 2, [0, 2.5, 7.5, 12.5, 17.5, 20]],
    ['align_corners', 2, [0, 4, 8, 12, 16, 20]],
    ['asymmetric', 2, [0, 5, 10, 15, 20, 20]],
    ['half_pixel', 0.34, [(1 / (2 * 0.34) - 0.5) * 10]],
    ['pytorch_half_pixel', 0.34, [0]],
    ['align_corners', 0.34, [0]],
  ])('interpolates linearly, %s times %f', (coordinates, scale, expected) => {
    const found = resized(3, scale, by('linear', coordinates));
    expect(found).toHaveLength(expected.length);
    found.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 4));
  });

  it('before version 11, and as Upsample, leaves the first element where it is', () => {
    const expected = [0, 5, 10, 15, 20, 20];
    const linear = { mode: text('linear') };
    expect(resized(3, 2, linear, { opset: 10 })).toEqual(expected);
    expect(resized(3, 2, linear, { operator: 'Upsample', opset: 9 })).toEqual(expected);
    expect(resized(3, 2, {}, { operator: 'Upsample', opset: 9 })).toEqual([0, 0, 10, 10, 20, 20]);
  });

  it.each([
    [2, by('cubic', 'half_pixel'), 'expected mode nearest or linear, got "cubic"'],
    [2, by('nearest', 'tf_crop_and_resize'), 'got "tf_crop_and_resize"'],
    [
      2,
      by('nearest', 'half_pixel', 'odd'),
      'expected nearest_mode round_prefer_floor, round_prefer_ceil, floor, ceil, got "odd"',
    ],
    [2, { ...by('linear', 'half_pixel'), antialias: int(1) }, 'expected no antialias, got antialias 1'],
    [2, { ...by('linear', 'half_pixel'), keep_aspect_ratio_policy: text('not_larger') }, 'got "not_larger"'],
    [0.1, by('linear', 'half_pixel'), 'expected sizes from 1 to 65536, got 0 of axis 2'],
    [NaN, by('linear', 'half_pixel'), 'expected sizes from 1 to 65536, got NaN of axis 2'],
  ])('times %f with %j is refused', (scale, attributes, message) => {
    expect(() => resized(3, scale, attributes)).toThrow(message);
  });
});
