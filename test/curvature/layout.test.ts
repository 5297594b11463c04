import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { parameterLayout } from '../../src/curvature/index.ts';
import { createModel, initialParameters, lenet, mlp, resnet } from '../../src/nn/index.ts';

const network = createModel('resnet', [3, 8, 8], resnet(8, 10));
const small = createModel('small', [2], mlp([3], 2));

describe('a layout of parameters', () => {
  it('lies in the order of the model, without gaps', () => {
    const { entries, size } = parameterLayout(network);
    expect(entries.map(({ name }) => name)).toEqual(network.parameters.map(({ name }) => name));
    let offset = 0;
    for (const entry of entries) {
      expect(entry.offset).toBe(offset);
      offset += entry.size;
    }
    expect(size).toBe(offset);
    expect(size).toBe(network.size);
  });

  it('gives back what it was given, row-major, in the same memory', () => {
    const layout = parameterLayout(small);
    const parameters = initialParameters(small, 1);
    const vector = layout.flatten(parameters);
    expect(Array.from(vector.subarray(0, 6))).toEqual(Array.from(parameters['1.weight']!.data));
    const tensors = layout.unflatten(vector);
    expect(tensors).toEqual(parameters);
    vector[6] = 7;
    expect(tensors['1.bias']!.data[0]).toBe(7);
  });

  it('takes the element type of the tensors', () => {
    const layout = parameterLayout(small, ['3.bias']);
    const vector = layout.flatten({ '3.bias': hostTensor('float64', [2], [1, 2]) });
    expect(vector).toEqual(Float64Array.of(1, 2));
    expect(layout.unflatten(vector)['3.bias']!.dtype).toBe('float64');
  });

  it('selects parameters, layers and blocks, in the order of the model', () => {
    const names = (selected: readonly string[]) => parameterLayout(network, selected).entries.map(({ name }) => name);
    expect(names(['fc.bias', 'conv1'])).toEqual(['conv1.weight', 'fc.bias']);
    expect(names(['layer3.0.conv2', 'layer3.0.bn2'])).toEqual([
      'layer3.0.conv2.weight',
      'layer3.0.bn2.weight',
      'layer3.0.bn2.bias',
    ]);
    expect(names(['layer2'])).toEqual(names(['layer2.0']));
    expect(names(['layer2', 'layer2.0.conv1'])).toEqual(names(['layer2']));
  });

  it('refuses names that select nothing, with the nearest that does', () => {
    expect(() => parameterLayout(network, ['layer3.0.conv3'])).toThrow(
      'model resnet: expected a parameter, layer or block, got "layer3.0.conv3"; did you mean "layer3.0.conv1"?',
    );
    expect(() => parameterLayout(network, ['fc.weigth'])).toThrow('did you mean "fc.weight"?');
    expect(() => parameterLayout(network, ['layer'])).toThrow('got "layer"; did you mean "layer1"?');
    expect(() => parameterLayout(network, [])).toThrow('expected at least one parameter, got an empty list');
  });

  it('refuses tensors and vectors that do not fit', () => {
    const layout = parameterLayout(small);
    const { '1.bias': bias, ...rest } = initialParameters(small, 1);
    expect(() => layout.flatten(rest)).toThrow('parameter "1.bias": expected float32[3], got nothing');
    expect(() => layout.flatten({ ...rest, '1.bias': { ...bias!, shape: [1, 3] } })).toThrow(
      'parameter "1.bias": expected float32[3], got float32[1,3]',
    );
    expect(() => layout.unflatten(new Float32Array(3))).toThrow('vector: expected 17 elements, got 3');
  });
});

describe('the top layer', () => {
  it.each([
    ['resnet', network, 'fc'],
    ['lenet', createModel('lenet', [1, 28, 28], lenet(10)), 'fc3'],
    ['mlp', small, '3'],
  ] as const)('of %s', (_, model, name) =>
    expect(parameterLayout(model, model.topParameters)).toMatchObject({
      entries: [{ name: `${name}.weight` }, { name: `${name}.bias` }],
    }),
  );
});
