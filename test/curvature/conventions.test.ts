import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { quantitySchema } from '../../src/contract/index.ts';
import {
  densityOf,
  estimateMean,
  hutchPlusPlusTrace,
  lanczosQuadrature,
  leadingEigenpairs,
  spectralDensity,
  traceOfFunction,
} from '../../src/linop/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { createQuantity, type Measurement, type Moment } from '../../src/quantities/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples, type Examples } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { operatorWithSpectrum } from '../support/spectra.ts';
import { cpuRuntime } from '../train/support.ts';
import { caseOf, measured, models } from './support.ts';

// What the page on tools calls traps, where no other test has them; the page names a test for each.

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

describe('the stop of an estimate', () => {
  const trials = 201;
  const probeOf = (trial: number, spread: number) => (index: number) =>
    1 + spread * randomStream(trial, 'probe', index).normal();

  /** Probes and relative error when the running mean of a true mean of 1 changes by less than 1e-3. */
  function untilTheMeanRests(draw: (index: number) => number): { probes: number; error: number } {
    let [sum, mean] = [0, 0];
    for (let probes = 1; ; probes++) {
      sum += draw(probes - 1);
      const next = sum / probes;
      if (Math.abs(next - mean) / (Math.abs(mean) + 1e-6) < 1e-3) return { probes, error: Math.abs(next - 1) };
      mean = next;
    }
  }

  it('waits for the standard error; a running mean rests long before, a few per cent off', async () => {
    for (const [spread, probes, error] of [
      [0.1, 14, 0.03],
      [0.3, 23, 0.07],
    ] as const) {
      const hasty = Array.from({ length: trials }, (_, trial) => untilTheMeanRests(probeOf(trial, spread)));
      expect(Math.abs(median(hasty.map((one) => one.probes)) - probes)).toBeLessThanOrEqual(4);
      const rms = Math.sqrt(hasty.reduce((sum, one) => sum + one.error ** 2, 0) / trials);
      expect(rms).toBeGreaterThan(0.7 * error);
      const errors: number[] = [];
      for (let trial = 0; trial < 51; trial++) {
        const draw = probeOf(trial, spread);
        const sample = async (first: number) => ({ samples: [[draw(first)]], products: 1 });
        const options = { seed: 1, relativeError: 0.01, maxProducts: 3000 };
        const { values, converged } = await estimateMean({ subject: 'test', sample }, options);
        expect(converged).toBe(true);
        errors.push(values[0]! - 1);
      }
      const ours = Math.sqrt(errors.reduce((sum, one) => sum + one ** 2, 0) / errors.length);
      expect(ours).toBeLessThan(0.015);
    }
  });
});

describe('a Krylov space that is used up', () => {
  const n = 12;
  it.each([
    [0, []],
    [1, [3]],
    [1, [-3]],
    [n, Array.from({ length: n }, (_, index) => index - 4.5)],
  ])('by an operator of rank %i leaves numbers that are right', async (rank, nonzero) => {
    const spectrum = [...nonzero, ...Array.from({ length: n - rank }, () => 0)];
    const operator = operatorWithSpectrum(spectrum);
    const trace = nonzero.reduce((sum, value) => sum + value, 0);
    const tolerance = { relative: 1e-9, absolute: 1e-9 };

    const { pairs, converged } = await leadingEigenpairs(operator, { k: n, seed: 1, tolerance: 1e-9 });
    expect(converged).toBe(true);
    expectClose(
      pairs.map(({ value }) => value).toSorted((a, b) => a - b),
      spectrum.toSorted((a, b) => a - b),
      tolerance,
    );

    const start = Float64Array.from({ length: n }, (_, index) => (index % 2 === 0 ? 1 : -1));
    const { nodes, weights } = await lanczosQuadrature(operator, start, n);
    expectClose([weights.reduce((sum, weight) => sum + weight, 0)], [1], tolerance);
    expect(Array.from(nodes).every(Number.isFinite)).toBe(true);

    const density = await spectralDensity(operator, { seed: 1, probes: 4, steps: n });
    expectClose([density.density.reduce((sum, value) => sum + value * density.spacing, 0)], [1], { relative: 1e-3 });

    const sketched = await hutchPlusPlusTrace(operator, { seed: 1, maxProducts: 3 * n + 2 * n });
    expectClose([sketched.value], [trace], { relative: 1e-9, absolute: 1e-9 });

    const squares = await traceOfFunction(operator, (lambda) => lambda ** 2, {
      seed: 1,
      steps: n,
      maxProducts: 60 * n,
    });
    const exact = nonzero.reduce((sum, value) => sum + value ** 2, 0);
    expect(Math.abs(squares.value - exact)).toBeLessThanOrEqual(5 * squares.standardError + 1e-9);
  });
});

describe('a spectral density over a wide range', () => {
  it('is refused on a grid that is coarser than its kernel, which would not integrate to 1', async () => {
    // A variance of 1e-5·range on 10,000 points: σ = 0.32, spacing 1. The nodes lie halfway between two points.
    const range = 9999;
    const [sigma, points] = [Math.sqrt(1e-5 * range), 10_000];
    const weight = (t: number, node: number): number =>
      Math.exp(-0.5 * ((t - node) / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));
    const nodes = [5000.5, 7000.5];
    let integral = 0;
    for (let t = 0; t < points; t++) for (const node of nodes) integral += weight(t, node) / nodes.length;
    expect(Math.abs(integral - 1)).toBeGreaterThan(0.2);

    const { quadratures } = await spectralDensity(operatorWithSpectrum([0, 5000.5, 7000.5, range]), {
      seed: 1,
      probes: 2,
      steps: 4,
    });
    expect(() => densityOf(quadratures, { width: sigma, gridPoints: points })).toThrow(
      /needs gridPoints of at least \d+/,
    );
    const ours = densityOf(quadratures, { width: sigma });
    expectClose([ours.density.reduce((sum, value) => sum + value * ours.spacing, 0)], [1], { relative: 1e-3 });
  });
});

const moment: Moment = { iteration: 0, learningRate: 0.1, momentum: 0.9, batchSize: 4 };

async function measureQuantity(specification: object, examples: Examples, at = moment) {
  const given = { ...caseOf({ model: models.tanh, loss: crossEntropy }, 24), examples };
  const network = {
    ...measured(runtime, given, 8),
    examples: new ChunkedExamples(examples, given.objective.model.inputShape, 8, runtime.backend),
  };
  const quantity = await createQuantity(quantitySchema.parse(specification), { network, seed: 1 });
  const result = await quantity.measure(network, at);
  const { maxProducts } = quantity;
  await quantity.release();
  return { ...result, maxProducts };
}

const { examples } = caseOf({ model: models.tanh, loss: crossEntropy }, 24);
const valueOf = ({ readings }: Measurement, series: string): number =>
  readings.find((reading) => reading.series === series)!.value;

describe('the curvature of mini-batches', () => {
  it('is biased: their mean sharpness lies above that of all examples, and each says how many it saw', async () => {
    const kind = { kind: 'hessian-spectrum', tolerance: 1e-4 };
    const all = await measureQuantity(kind, examples);
    const parts: number[] = [];
    for (let first = 0; first < 24; first += 4) {
      const part = {
        inputs: examples.inputs.slice(4 * first, 4 * first + 16),
        labels: Array.from(examples.labels).slice(first, first + 4),
        count: 4,
      };
      const measurement = await measureQuantity(kind, part);
      parts.push(valueOf(measurement, 'hessian.sharpness'));
      expect(measurement.readings.find(({ series }) => series === 'hessian.sharpness')!.examples).toBe(4);
    }
    const mean = parts.reduce((sum, value) => sum + value, 0) / parts.length;
    // λmax is convex: the mean over batches is at least that of the mean matrix, here by far.
    expect(mean).toBeGreaterThan(1.1 * valueOf(all, 'hessian.sharpness'));
  });
});

describe('the threshold of stability', () => {
  /** Whether descent with momentum on λx²/2 comes to rest. */
  function settles(sharpness: number, { learningRate, momentum }: Moment): boolean {
    let [x, velocity] = [1, 0];
    for (let step = 0; step < 4000; step++) {
      velocity = momentum * velocity + sharpness * x;
      x -= learningRate * velocity;
    }
    return Math.abs(x) < 1;
  }

  it.each([0, 0.5, 0.9])(
    'with momentum %d is the sharpness beyond which descent leaves a quadratic',
    async (momentum) => {
      const at = { ...moment, momentum };
      const threshold = valueOf(await measureQuantity({ kind: 'hessian-spectrum' }, examples, at), 'hessian.stability');
      expectClose([threshold], [(2 * (1 + momentum)) / 0.1], { relative: 1e-12 });
      expect(settles(0.99 * threshold, at)).toBe(true);
      expect(settles(1.01 * threshold, at)).toBe(false);
    },
  );
});

describe('a measurement', () => {
  it.each(['hessian-spectrum', 'margins', 'alternative-losses'])(
    'of kind %s says its examples and products, keeps to its price, and says whether it converged',
    async (kind) => {
      const { readings, products, maxProducts, converged } = await measureQuantity({ kind }, examples);
      expect(products).toBeGreaterThan(0);
      expect(products).toBeLessThanOrEqual(maxProducts);
      expect([true, false, null]).toContain(converged);
      for (const { series, examples: count, standardError } of readings) {
        if (series === 'hessian.stability') continue;
        expect(count, series).toBeGreaterThan(0);
        expect(count, series).toBeLessThanOrEqual(24);
        if (standardError !== null) expect(standardError, series).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it('that is cut short is not taken for a converged one', async () => {
    const { converged, products } = await measureQuantity(
      { kind: 'hessian-spectrum', k: 3, tolerance: 1e-12, maxProducts: 8 },
      examples,
    );
    expect(converged).toBe(false);
    expect(products).toBeLessThanOrEqual(8);
  });
});
