import { describe, expect, it } from 'vitest';
import type { SpecificationInput } from '../../src/contract/index.ts';
import { execute, failureOf, fileAndLog, hooks, recordsOf, resume, runsFolder, smallRun } from './support.ts';

const spectrum = { kind: 'hessian-spectrum', every: '4 iterations', examples: 60, k: 2 } as const;

describe('a quantity measured along training', () => {
  it('is measured at its cadence and at the end, on as many examples as it says', async () => {
    const runs = runsFolder();
    await execute(smallRun({ duration: '10 iterations', probes: [spectrum] }), runs);
    const records = recordsOf(runs);
    const eigenvalues = records['hessian.eigenvalue']!;
    expect([...eigenvalues.iteration]).toEqual([0, 0, 4, 4, 8, 8, 10, 10]);
    expect([...eigenvalues.coordinate]).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
    expect(new Set(eigenvalues.examples)).toEqual(new Set([60]));
    expect([...records['hessian.stability']!.value]).toEqual([20, 20, 20, 20]);
    for (const [index, value] of [...records['hessian.sharpness']!.value].entries())
      expect(value).toBeGreaterThanOrEqual(records['hessian.mostNegative']!.value[index]!);
  });

  it('leaves the path of training as it is, and has the same values after an interruption', async () => {
    const runs = runsFolder();
    const plain = smallRun({ duration: '10 iterations', probes: [] });
    const measured = smallRun({ duration: '10 iterations', probes: [spectrum] });
    await execute(plain, runs, 'plain');
    await execute(measured, runs, 'measured');
    await execute(measured, runs, 'interrupted', hooks(7)).catch(() => undefined);
    await resume(runs, 'interrupted');
    expect(recordsOf(runs, 'measured')['batch.loss']).toEqual(recordsOf(runs, 'plain')['batch.loss']);
    expect(recordsOf(runs, 'interrupted')).toEqual(recordsOf(runs, 'measured'));
  });

  it('that does not reach its tolerance says so in the log', async () => {
    const runs = runsFolder();
    const hasty = { ...spectrum, every: '20 iterations', tolerance: 1e-12, maxProducts: 8 } as const;
    await execute(smallRun({ duration: '2 iterations', probes: [hasty] }), runs);
    expect(fileAndLog(runs).log.filter((line) => line.startsWith('hessian-spectrum at iteration'))).toHaveLength(2);
  });

  it('finds margins and alternative losses whose training error is that of the learning curve', async () => {
    const runs = runsFolder();
    const due = { every: '2 iterations', examples: 'all' } as const;
    const specification = smallRun({
      duration: '4 iterations',
      probes: [
        { kind: 'margins', ...due, bins: 4 },
        { kind: 'alternative-losses', ...due, sigmas: [0.5, 8], margins: [] },
      ],
    });
    await execute(specification, runs);
    const records = recordsOf(runs);
    expect([...records['margin.correct']!.iteration]).toEqual([0, 2, 4]);
    const accuracy = records['train.accuracy']!.value.at(-1)!;
    expect(records['margin.correct']!.value.at(-1)).toBeCloseTo(accuracy, 10);
    expect(records['loss.error']!.value.at(-1)).toBeCloseTo(1 - accuracy, 10);
    expect(records['loss.training']!.value.at(-1)).toBeCloseTo(records['train.loss']!.value.at(-1)!, 6);
    expect([...records['loss.gcdf']!.coordinate]).toEqual([0.5, 8, 0.5, 8, 0.5, 8]);
    expect(records['loss.hinge']).toBeUndefined();
    const bins = [...records['margin.softmaxHistogram']!.value].slice(-4);
    expect(bins.reduce((sum, count) => sum + count, 0)).toBe(records['margin.correct']!.examples.at(-1));
  });

  it('refuses more eigenvalues than there are parameters, and more examples than there are', async () => {
    const runs = runsFolder();
    const many = await failureOf(execute(smallRun({ probes: [{ ...spectrum, k: 1000 }] }), runs));
    expect(many.message).toBe('hessian-spectrum: expected k of at most 826 (the number of parameters), got 1000');
    const examples = await failureOf(execute(smallRun({ probes: [{ ...spectrum, examples: 401 }] }), runs, 'other'));
    expect(examples.code).toBe('SPECIFICATION_INVALID');
  });

  it('of every kind has its readings in the records, also one example at a time', async () => {
    const runs = runsFolder();
    const common = { every: '20 iterations', examples: 40 } as const;
    const probes: NonNullable<SpecificationInput['probes']> = [
      { kind: 'hessian-trace', ...common, maxProducts: 4 },
      { kind: 'per-example-hessian-trace', ...common, method: 'one-by-one', probes: 2 },
      { kind: 'hessian-density', ...common, probes: 2, steps: 4 },
      { kind: 'sam-sharpness', ...common },
      { kind: 'box-sharpness', ...common, iterations: 1 },
      { kind: 'g-bound', ...common, sigmas: [0.5, 1], draws: 2 },
      { kind: 'top-scaling', ...common, alphas: [8] },
    ];
    await execute(smallRun({ duration: '2 iterations', probes }), runs);
    const records = recordsOf(runs);
    expect([...records['hessian.trace']!.iteration]).toEqual([0, 2]);
    expect([...records['exampleTrace.mean']!.examples]).toEqual([40, 40]);
    expect([...records['topScaling.trace']!.coordinate]).toEqual([8, 8]);
    expect([...records['gBound.gcdf']!.coordinate]).toEqual([0.5, 1, 0.5, 1]);
    expect(records['hessian.density']!.value).toHaveLength(2 * 201);
    expect(records['sam.sharpness']!.value.every((rise) => rise > 0)).toBe(true);
    expect([...records['box.sharpness']!.coordinate]).toEqual([0.001, 0.001]);
  });

  it('of a batch is of the one that the update takes, with or without replacement, short, ghost and full', async () => {
    const runs = runsFolder();
    // With an ε far above all variances the signal-to-noise ratio is ‖g‖²/(ε·parameters).
    const epsilon = 1e6;
    const probes = [{ kind: 'gradient-tests', every: '1 iteration', epsilon }, { kind: 'gradient-cosine' }] as const;
    const sgd = { name: 'sgd', learningRate: 0.1, batchSize: 60 } as const;
    const optimizers = {
      drop: sgd,
      keep: { ...sgd, lastBatch: 'keep' },
      replacement: { ...sgd, replacement: true },
      ghost: { ...sgd, ghostBatchSize: 20 },
      full: { name: 'gd', learningRate: 0.1, chunkSize: 150 },
    } as const;
    for (const [id, optimizer] of Object.entries(optimizers)) {
      await execute(smallRun({ optimizer, duration: '9 iterations', probes: [...probes] }), runs, id);
      const records = recordsOf(runs, id);
      const [ratios, norms] = [records['batch.signalToNoise']!, records['gradient.norm']!];
      expect([...ratios.iteration]).toEqual([...norms.iteration, 9]);
      norms.value.forEach((norm, index) =>
        expect(Math.sqrt(ratios.value[index]! * epsilon * 826) / norm, `${id} ${index}`).toBeCloseTo(1, 3),
      );
      expect(ratios.examples[6], id).toBe({ keep: 40, full: 400 }[id] ?? 60);
    }
  });

  it('and probes of updates leave training as it is, and are the same after an interruption', async () => {
    const runs = runsFolder();
    const probes = [
      { kind: 'gradient-tests', every: '3 iterations' },
      { kind: 'tic', every: '3 iterations' },
      { kind: 'gradient-histogram', every: '3 iterations', bins: 5, parameterBins: 3 },
      { kind: 'gradient-noise', every: '3 iterations', examples: 50 },
      { kind: 'alpha', every: '3 iterations' },
      { kind: 'update-size', every: '3 iterations' },
    ] as const;
    const measured = smallRun({ duration: '8 iterations', probes: [...probes] });
    await execute(smallRun({ duration: '8 iterations', probes: [] }), runs, 'plain');
    await execute(measured, runs, 'measured');
    await execute(measured, runs, 'interrupted', hooks(5)).catch(() => undefined);
    await resume(runs, 'interrupted');
    const records = recordsOf(runs, 'measured');
    expect(records['batch.loss']).toEqual(recordsOf(runs, 'plain')['batch.loss']);
    expect(recordsOf(runs, 'interrupted')).toEqual(records);
    expect([...records['update.alpha']!.iteration]).toEqual([0, 3, 6]);
    expect([...records['update.size']!.iteration]).toEqual([0, 3, 6]);
    expect([...records['batch.ticTrace']!.iteration]).toEqual([0, 3, 6, 8]);
    expect([...records['noise.scale']!.iteration]).toEqual([0, 3, 6, 8]);
    expect([...records['batch.jointHistogram']!.coordinate].slice(0, 15)).toEqual([...Array(15).keys()]);
    expect([...records['batch.gradientHistogram']!.value].slice(0, 5).reduce((a, b) => a + b)).toBe(50 * 826);
  });
});
