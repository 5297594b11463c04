import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { exactTraces, gradientMoments, type MeasuredNetwork } from '../../src/curvature/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { expectSummaries, inputsOf, modelOf, type GoldenNetwork, type Summary } from '../support/golden-models.ts';
import { cpuRuntime } from '../train/support.ts';

/** What PyTorch says of single examples: `tools/goldens/README.md` describes the files. */
interface Golden extends GoldenNetwork {
  readonly hessianTraces: readonly number[];
  readonly squaredGradientNorms: readonly number[];
  readonly covarianceTrace: number;
  readonly squaredMeanGradientNorm: number;
  readonly largestVariance: number;
  readonly variance: Readonly<Record<string, Summary>>;
}

const folder = new URL('../goldens/per-example/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

describe('measurements of single examples, on the CPU in float32, agree with PyTorch in float64 to 1e-4', () => {
  it.each(files)('%s: Hessian traces, and moments of gradients', async (file) => {
    const golden = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden;
    const model = modelOf(golden);
    const { parameters, buffers, x } = inputsOf(golden, model);
    const inputs = x.data as Float32Array<ArrayBuffer>;
    const examples = { inputs, labels: golden.labels, count: golden.batch };
    const network: MeasuredNetwork = {
      runtime,
      objective: { model, loss: crossEntropy },
      examples: new ChunkedExamples(examples, model.inputShape, 2, runtime.backend),
      mode: 'evaluate',
      parameters,
      buffers,
    };
    const relative = 1e-4;
    expectClose((await exactTraces(network)).values, golden.hessianTraces, { relative }, 'Hessian traces');
    const moments = await gradientMoments(network);
    expectClose(moments.squaredNorms, golden.squaredGradientNorms, { relative }, 'squared norms');
    expectClose([moments.trace], [golden.covarianceTrace], { relative }, 'trace of the covariance');
    expectClose(
      [moments.gradientSquaredNorm],
      [golden.squaredMeanGradientNorm],
      { relative },
      'squared norm of the mean',
    );
    expectClose([moments.largestVariance], [golden.largestVariance], { relative }, 'largest variance');
    expectSummaries('variance', moments.variance, golden.variance, relative);
  });
});
