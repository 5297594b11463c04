import { describe, expect, it } from 'vitest';
import { runFileSchema, type ProbeCost } from '../../src/contract/index.ts';
import { execute, failureOf, fileAndLog, hooks, resume, runsFolder, smallRun } from './support.ts';

const spectrum = { kind: 'hessian-spectrum', every: '4 iterations', examples: 60 } as const;
const costsOf = (probes: readonly ProbeCost[]): Record<string, [measurements: number, products: number]> =>
  Object.fromEntries(probes.map(({ kind, measurements, products }) => [kind, [measurements, products]]));

describe('what the probes of a run cost', () => {
  it('stands in its summary: measurements, products, seconds and their share, in the order of the specification', async () => {
    const runs = runsFolder();
    const { summary } = await execute(smallRun(), runs);
    // Two windows of 5 updates at 4 points beside α = 0, of which each begins with an empty segment.
    expect(costsOf(summary!.probes)).toEqual({
      interpolation: [10, 48],
      'gradient-cosine': [16, 0],
      distance: [17, 0],
    });
    for (const { seconds, share } of summary!.probes) {
      expect(seconds).toBeGreaterThan(0);
      expect(share).toBeCloseTo(seconds / summary!.seconds, 2);
    }
    const total = summary!.probes.reduce((sum, { share }) => sum + share, 0);
    expect(total).toBeLessThan(1);
    expect(fileAndLog(runs).file.summary).toEqual(summary);
  });

  it('counts the products of quantities', async () => {
    const runs = runsFolder();
    const { summary } = await execute(smallRun({ duration: '6 iterations', probes: [spectrum] }), runs);
    const [cost] = summary!.probes;
    expect(cost).toMatchObject({ kind: 'hessian-spectrum', measurements: 3 });
    expect(cost!.products).toBeGreaterThanOrEqual(3 * 2);
  });

  it('grows over the sessions of a run that is resumed', async () => {
    const runs = runsFolder();
    const specification = smallRun({ duration: '10 iterations', probes: [spectrum, { kind: 'distance' }] });
    await execute(specification, runs, 'whole');
    const first = await execute(specification, runs, 'r', hooks(7));
    const last = await resume(runs);
    const whole = fileAndLog(runs, 'whole').file;
    expect(costsOf(last.summary!.probes)).toEqual(costsOf(whole.summary!.probes));
    for (const [index, { seconds }] of last.summary!.probes.entries())
      expect(seconds).toBeGreaterThan(first.summary!.probes[index]!.seconds);
  });

  it('is noted of a run that failed', async () => {
    const runs = runsFolder();
    const wild = smallRun({ optimizer: { name: 'sgd', learningRate: 1e30, batchSize: 50 } });
    await failureOf(execute(wild, runs));
    const costs = costsOf(fileAndLog(runs).file.summary!.probes);
    expect(costs['distance']![0]).toBeGreaterThan(0);
  });

  it('is unknown of runs that were written before it was noted', async () => {
    const runs = runsFolder();
    const file = await execute(smallRun({ duration: '1 iterations', probes: [] }), runs);
    const { probes: _, ...summary } = file.summary!;
    expect(runFileSchema.parse({ ...file, summary }).summary!.probes).toEqual([]);
  });
});
