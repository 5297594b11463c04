import { describe, expect, it } from 'vitest';
import { int, type OnnxModel } from '../../src/graph/index.ts';
import { inspectOnnx } from '../../src/onnx/index.ts';
import { attention, cnn, integers, mlp, modelOf, node, weights } from './files.ts';

describe('an inspection', () => {
  it('tells operators, parameters with their uses, statistics and the top layer', () => {
    const { opset, operators, unsupported, problem, network, notes } = inspectOnnx(cnn());
    expect({ opset, unsupported, problem }).toEqual({ opset: 17, unsupported: [], problem: undefined });
    expect(operators.map(({ operator, count }) => `${count} ${operator}`)).toContain('1 BatchNormalization');
    expect(network).toMatchObject({ classes: 2, size: 116, topParameters: ['fc.weight', 'fc.bias'] });
    expect(network!.input).toEqual({ name: 'x', dtype: 'float32', shape: [2, 6, 6], batch: null });
    expect(network!.parameters[0]).toEqual({
      name: 'conv.weight',
      shape: [3, 2, 3, 3],
      size: 54,
      role: 'weight',
      uses: ['Conv "Conv_c"'],
    });
    expect(network!.buffers.map(({ name, role }) => [name, role])).toEqual([
      ['bn.running_mean', 'statistic'],
      ['bn.running_var', 'statistic'],
    ]);
    expect(notes.join('\n')).toContain('Batch normalisation runs in both modes');
  });

  it('tells which methods apply, and the node that is the reason where one does not', () => {
    expect(inspectOnnx(mlp()).network!.methods).toEqual({
      derivatives: { applies: true },
      perExample: { applies: true },
      exactTraces: { applies: true },
    });
    const { exactTraces, derivatives } = inspectOnnx(attention()).network!.methods;
    expect(derivatives).toEqual({ applies: true });
    expect(exactTraces.applies).toBe(false);
    expect(exactTraces.reason).toMatch(/of the ONNX file\)$/);
  });

  it('offers the logits where the scores come out of a softmax', () => {
    const file: OnnxModel = {
      ...mlp(),
      nodes: [...mlp().nodes, node('LogSoftmax', ['scores'], 'l'), node('Identity', ['l'], 'p')],
      outputs: [{ name: 'p', dtype: 'float32', shape: null }],
    };
    const { network, notes } = inspectOnnx(file);
    expect(network!.scores).toEqual({ value: 'p', kind: 'log-probabilities', logits: 'scores' });
    expect(notes[0]).toBe('The scores are log-probabilities: losses expect logits. Take "scores" as scores.');
    const cut = inspectOnnx(file, { scores: 'scores' });
    expect(cut.network!.scores).toEqual({ value: 'scores', kind: 'logits' });
    expect(cut.notes).toEqual(['2 nodes do not lead to the scores and are left out.']);
  });

  it('names every node that has no converter, with operator, version and what to do', () => {
    const file: OnnxModel = {
      ...modelOf(['n', 3], { w: weights('w', [3, 2]) }, [
        { ...node('FusedThing', ['x'], 'a'), domain: 'com.example' },
        node('NonZero', ['a'], 'b'),
        node('NonZero', ['b'], 'c'),
        node('MatMul', ['c', 'w'], 'scores'),
      ]),
      domains: { 'com.example': 3 },
    };
    const { unsupported, problem, network, operators } = inspectOnnx(file);
    expect(network).toBeUndefined();
    expect(problem).toMatch(/^onnx: FusedThing "FusedThing_a": .* \(and 2 more nodes\)$/);
    expect(unsupported.map(({ operator, domain, opset, node: name }) => [operator, domain, opset, name])).toEqual([
      ['FusedThing', 'com.example', 3, 'FusedThing_a'],
      ['NonZero', '', 17, 'NonZero_b'],
      ['NonZero', '', 17, 'NonZero_c'],
    ]);
    expect(unsupported.every(({ remedy }) => remedy.length > 20)).toBe(true);
    expect(operators).toContainEqual({ operator: 'NonZero', domain: '', count: 2, supported: false });
  });

  it('says what a file fixes: the batch, and noise that is left out', () => {
    const fixed = modelOf([4, 3], { w: weights('w', [3, 2]) }, [
      node('Dropout', ['x'], 'd'),
      node('MatMul', ['d', 'w'], 'scores'),
    ]);
    expect(inspectOnnx(fixed).notes).toEqual([
      'The file was exported for batches of 4; other sizes are tried, and refused where the graph fixes it.',
      'Dropout is left out: Thalweg measures and trains without its noise.',
    ]);
  });

  it('never throws for what a file contains, but for options', () => {
    const contradictory = modelOf(['n', 3], { w: weights('w', [2, 2]), i: integers(1) }, [
      node('Gather', ['x', 'i'], 'g', { axis: int(5) }),
      node('MatMul', ['g', 'w'], 'scores'),
    ]);
    expect(inspectOnnx(contradictory).problem).toBe('onnx: Gather "Gather_g": expected an axis in [-2, 1], got 5');
    expect(() => inspectOnnx(mlp(), { include: ['nothing*'] })).toThrow('expected a pattern that matches one');
  });
});
