import { expect, test } from 'vitest';
import { crossEntropyShape, gcdfShape, hingeShape } from '../../../src/figures/index.ts';
import { lossShapes, shapeExperiment } from '../../../src/studies/g/shape.ts';

test('the losses that are trained on have the shapes that the figure draws', () => {
  const [z, parameters] = [
    [-3, -0.5, 0, 1, 6],
    [0.5, 8],
  ];
  const shapes = lossShapes(z, parameters);
  const drawn = { gcdf: gcdfShape, crossEntropy: crossEntropyShape, hinge: hingeShape };
  for (const loss of ['gcdf', 'crossEntropy', 'hinge'] as const)
    parameters.forEach((parameter, row) =>
      z.forEach((value, column) =>
        expect(shapes[loss][row]![column], `${loss} at ${value}`).toBeCloseTo(drawn[loss](value, parameter), 12),
      ),
    );
});

const computed = (seed: number) =>
  shapeExperiment.compute({
    condition: {},
    options: { draws: 20 },
    seed,
    scale: 'smoke',
    runs: () => [],
    runsDirectory: '',
    dataDirectory: undefined,
    threads: 1,
    onProgress: () => undefined,
  });

test('tails are heavier with larger parameters, and only Gcdf is concave among errors', async () => {
  expect((await computed(1)).numbers).toEqual({
    cases: 20,
    'gcdf.heavier': 20,
    'crossEntropy.heavier': 20,
    'hinge.heavier': 20,
    'gcdf.concave': 20,
    'crossEntropy.concave': 0,
    'hinge.concave': 0,
  });
});
