import { describe, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';

describe('the factor of the Hessian of the cross-entropy', () => {
  const labels = hostTensor('int64', [1], [0]);

  it.each<[string, number[]]>([
    ['equal scores', [0, 0, 0, 0]],
    ['scores of every size', [1, -3, 0.5, 2, 7]],
    ['a certain first class', [900, 0, 0]],
    ['a certain last class', [0, 1, 900]],
    ['two classes', [0.3, -0.2]],
    ['a single class', [0.7]],
  ])('of %s makes diag(p) − ppᵀ', (_, scores) => {
    const classes = scores.length;
    const given = hostTensor('float64', [1, classes], scores);
    const factor = crossEntropy.hessianFactor!(input('s', given), input('labels', labels));
    const { shape, data } = interpret([factor], { s: given, labels })[0]!;
    const top = Math.max(...scores);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
    const p = scores.map((score) => Math.exp(score - top) / total);
    const [found, expected] = [new Float64Array(classes ** 2), new Float64Array(classes ** 2)];
    for (let i = 0; i < classes; i++)
      for (let j = 0; j < classes; j++) {
        const at = i * classes + j;
        for (let k = 0; k < shape[1]!; k++) found[at]! += data[k * classes + i]! * data[k * classes + j]!;
        expected[at] = (i === j ? p[i]! : 0) - p[i]! * p[j]!;
      }
    expectClose([shape[1]!], [Math.max(1, classes - 1)], {}, 'number of terms');
    expectClose(found, expected, { relative: 1e-14, absolute: 1e-16 });
  });
});
