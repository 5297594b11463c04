import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import type { MeasuredNetwork } from '../../src/curvature/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples } from '../../src/train/index.ts';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { inputsOf, modelOf, type GoldenNetwork } from '../support/golden-models.ts';
import { measure, readingOf, readingsOf, runtimeOfFile, valuesIn } from './support.ts';

/** What NumPy counts: `tools/goldens/README.md` describes the file. */
interface Golden extends GoldenNetwork {
  readonly jointHistogram: {
    readonly bins: number;
    readonly range: number;
    readonly parameterBins: number;
    readonly parameterRange: number;
    readonly cells: readonly number[];
    readonly parameters: readonly number[];
    readonly gradientOutliers: number;
    readonly parameterOutliers: number;
  };
}

const file = new URL('../goldens/per-example/mlp-tiny.json', import.meta.url);

function networkOf(runtime: Runtime, golden: GoldenNetwork, chunk: number): MeasuredNetwork {
  const model = modelOf(golden);
  const { parameters, buffers, x } = inputsOf(golden, model);
  const inputs = x.data as Float32Array<ArrayBuffer>;
  const examples = { inputs, labels: golden.labels, count: golden.batch };
  return {
    runtime,
    objective: { model, loss: crossEntropy },
    examples: new ChunkedExamples(examples, model.inputShape, chunk, runtime.backend),
    mode: 'evaluate',
    parameters,
    buffers,
  };
}

describe('the joint histogram of parameters and gradient elements', () => {
  const runtime = runtimeOfFile();

  it('has the counts of NumPy, in chunks of any size', async () => {
    const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;
    const { cells, parameters, gradientOutliers, parameterOutliers, ...options } = golden.jointHistogram;
    for (const chunk of [6, 4]) {
      const found = await measure('gradient-histogram', options, networkOf(runtime(), golden, chunk));
      expect(valuesIn(found.readings, 'batch.jointHistogram')).toEqual(cells);
      expect(valuesIn(found.readings, 'batch.parameterHistogram')).toEqual(parameters);
      expect(readingOf(found, 'batch.gradientOutliers').value).toBeCloseTo(gradientOutliers, 9);
      expect(readingOf(found, 'batch.parameterOutliers').value).toBeCloseTo(parameterOutliers, 9);
      expect(parameterOutliers).toBeGreaterThan(0);
    }
  });

  it('sums over parameters to the histogram of the elements, with both axes as coordinates', async () => {
    const network = measured(runtime(), caseOf(objectives['relu']!, 7), 3);
    const options = { bins: 4, range: 0.5, parameterBins: 3, parameterRange: 0.3 };
    const found = await measure('gradient-histogram', options, network);
    const joint = readingsOf(found, 'batch.jointHistogram');
    expect(joint.map(({ coordinate }) => coordinate)).toEqual([...Array(12).keys()]);
    const sums = [0, 1, 2, 3].map((column) =>
      joint.filter((_, cell) => cell % 4 === column).reduce((sum, { value }) => sum + value, 0),
    );
    expect(sums).toEqual(valuesIn(found.readings, 'batch.gradientHistogram'));
    const rows = readingsOf(found, 'batch.parameterHistogram').map(({ coordinate }) => coordinate!);
    [-0.2, 0, 0.2].forEach((middle, row) => expect(rows[row]).toBeCloseTo(middle, 12));
  });

  it('is left out unless bins of parameters are asked for', async () => {
    const found = await measure('gradient-histogram', {}, measured(runtime(), caseOf(objectives['relu']!, 7), 3));
    const names = new Set(found.readings.map(({ series }) => series));
    expect([...names]).toEqual(['batch.gradientHistogram', 'batch.gradientOutliers']);
  });

  it('has no cell for a parameter that is NaN, which counts as outside', async () => {
    const given = caseOf(objectives['relu']!, 2);
    const [name, tensor] = Object.entries(given.parameters)[0]!;
    const data = Float32Array.from(tensor.data as Float32Array);
    data[0] = NaN;
    const network = measured(runtime(), {
      ...given,
      parameters: { ...given.parameters, [name]: hostTensor('float32', tensor.shape, data) },
    });
    const found = await measure('gradient-histogram', { parameterBins: 3, parameterRange: 1e6 }, network);
    const size = Object.values(given.parameters).reduce((sum, { data: own }) => sum + own.length, 0);
    const counted = valuesIn(found.readings, 'batch.parameterHistogram').reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(size - 1);
    expect(readingOf(found, 'batch.parameterOutliers').value).toBeCloseTo(1 / size, 12);
  });
});
