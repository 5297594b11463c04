import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  cube,
  evaluate,
  logisticExamples,
  logisticRegression,
  pointsOf,
  quadratic,
  rosenbrock,
  sharpAt,
  shiftedQuadratics,
  twoMinima,
  uniformPoints,
  type Potential,
} from '../../src/theory/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime, differenceGradients, referenceValues } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const hessian = [
  [2, 0.5],
  [0.5, 1],
];
const potentials: readonly Potential[] = [
  twoMinima(),
  twoMinima(1),
  twoMinima(4),
  rosenbrock(),
  quadratic(hessian),
  logisticRegression(logisticExamples(20, [0.5, -1, 2], 1), 0.1),
  shiftedQuadratics(hessian, [
    [1, 0],
    [-2, 3],
  ]),
];

describe('potentials', () => {
  it.each(potentials)(
    'of $name have the values of the interpreter and gradients of central differences',
    async (potential) => {
      const points = uniformPoints(cube(3, 8.5, potential.dimension), 40, 2);
      const { values, gradients } = await evaluate(runtime, potential, points);
      // The runtime may join a sum and the number it is multiplied by into one kernel, which holds that number in float32.
      expectClose(values, referenceValues(potential, points), { relative: 3e-8 });
      expectClose(gradients.coordinates, differenceGradients(potential, points), { relative: 1e-6, absolute: 1e-8 });
    },
  );

  it('with two minima is the formula of the paper in two dimensions', async () => {
    const points = uniformPoints(cube(0, 10, 2), 50, 1);
    const { values } = await evaluate(runtime, twoMinima(), points);
    const formula = Array.from({ length: 50 }, (_, i) => {
      const [x, y] = [points.coordinates[2 * i]!, points.coordinates[2 * i + 1]!];
      const [a, b] = [(x - 4) ** 2, (x - 8) ** 2];
      const c = (y - 5) ** 2;
      return (0.1 * a - 1) * 2 ** -a + (0.1 * b + 0.1 * c - 1) * 2 ** (-b - c);
    });
    expectClose(values, formula, { relative: 1e-12 });
  });

  it('with two minima have both at depth 1 and at rest, in any number of dimensions', async () => {
    for (const d of [1, 2, 5, 10]) {
      const points = pointsOf([[4, ...new Array<number>(d - 1).fill(0.5)], sharpAt(d)]);
      const { values, gradients } = await evaluate(runtime, twoMinima(d), points);
      expectClose(values, [-1, -1], { absolute: 2e-5 });
      expectClose(gradients.coordinates, new Float64Array(2 * d), { absolute: 2e-4 });
    }
  });

  it('of Rosenbrock is at rest at (1, 1), and nowhere else in the box', async () => {
    const { values, gradients } = await evaluate(
      runtime,
      rosenbrock(),
      pointsOf([
        [1, 1],
        [0, 0],
        [2, 2],
      ]),
    );
    expect([...values]).toEqual([0, 1, 401]);
    expect([...gradients.coordinates]).toEqual([0, 0, -2, 0, 1602, -400]);
  });

  it('refuse what they are not defined for', async () => {
    expect(() => twoMinima(0)).toThrow('two minima: expected a whole number of dimensions from 1 on, got 0');
    expect(() =>
      quadratic([
        [1, 2],
        [3, 4],
      ]),
    ).toThrow('quadratic: expected a symmetric matrix, got 2 and 3 at (0, 1)');
    expect(() => quadratic([[1, 2]])).toThrow('quadratic: expected a square matrix, got rows of 2 elements');
    expect(() => quadratic([[NaN]])).toThrow('finite elements');
    expect(() => logisticRegression({ features: [[1]], labels: [2] }, 0)).toThrow('label of 0 or 1');
    expect(() => logisticRegression({ features: [], labels: [] }, 0)).toThrow('at least one example');
    expect(() => logisticRegression({ features: [[1], [1, 2]], labels: [0, 1] }, 0)).toThrow('rows of 1 numbers');
    expect(() => logisticRegression({ features: [[1]], labels: [1] }, -1)).toThrow('weight decay of at least 0');
    expect(() => shiftedQuadratics(hessian, [[1]])).toThrow('shifts of 2 elements, got 1');
    await expect(evaluate(runtime, rosenbrock(), pointsOf([[1]]))).rejects.toThrow(
      'rosenbrock: expected points of 2 dimensions, got 1',
    );
  });
});
