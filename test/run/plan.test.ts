import { describe, expect, it } from 'vitest';
import { runPlanSchema, type SpecificationInput } from '../../src/contract/index.ts';
import { planRun } from '../../src/run/index.ts';
import { execute, failureOf, runsFolder, smallRun } from './support.ts';

const spectrum = { kind: 'hessian-spectrum', every: '3 iterations', examples: 60 } as const;
const walking = smallRun().probes;

describe('the plan of a run', () => {
  it('counts what the run then does: updates, evaluations, measurements, products', async () => {
    const runs = runsFolder();
    const specification = smallRun({ duration: '11 iterations', probes: [...walking, spectrum] });
    const plan = runPlanSchema.parse(await planRun({ specification }));
    const run = await execute(specification, runs);
    expect(plan).toMatchObject({
      iterations: run.totalIterations,
      epochs: 11 / 8,
      parameters: run.parameters,
      examples: { train: 400, validation: 0, test: 100 },
      device: 'cpu',
      threads: 1,
      updates: { count: 11 },
      // At 0, 4, 8 and the end.
      evaluations: { count: 4 },
    });
    const costs = run.summary!.probes;
    expect(plan.probes.map(({ kind }) => kind)).toEqual(costs.map(({ kind }) => kind));
    for (const [index, { kind, measurements, products, productsEach, stopsEarly, every }] of plan.probes.entries()) {
      expect([kind, measurements]).toEqual([kind, costs[index]!.measurements]);
      if (every !== null) expect(products).toBe(measurements * productsEach);
      if (stopsEarly) expect(costs[index]!.products).toBeLessThan(products);
      else expect([kind, products]).toEqual([kind, costs[index]!.products]);
    }
    expect(plan.probes.at(-1)).toMatchObject({
      every: '3 iterations',
      measurements: 5,
      examples: 60,
      productsEach: 400,
    });
  });

  it('counts the passes of what does not stop early exactly', async () => {
    const due = { every: '3 iterations', examples: 60 } as const;
    const probes: NonNullable<SpecificationInput['probes']> = [
      { kind: 'gradient-noise', ...due },
      { kind: 'per-example-hessian-trace', ...due },
      { kind: 'hessian-density', ...due, probes: 2, steps: 3 },
      { kind: 'g-bound', ...due, sigmas: [1, 2], draws: 3 },
      { kind: 'tic', every: '3 iterations' },
    ];
    const specification = smallRun({ duration: '3 iterations', probes });
    const plan = await planRun({ specification });
    const costs = (await execute(specification, runsFolder())).summary!.probes;
    expect(plan.probes.map(({ products }) => products)).toEqual(costs.map(({ products }) => products));
    expect(plan.probes.some(({ stopsEarly }) => stopsEarly)).toBe(false);
    expect(plan.probes.map(({ productsEach }) => productsEach)).toEqual([2, 1 + 1, 2 * 3, 1 + 2 * 3, 2 + 1]);
  });

  it('adds its parts up, with the share of each probe', async () => {
    const plan = await planRun({ specification: smallRun({ probes: [...walking, spectrum] }) });
    const measuring = plan.probes.reduce((sum, { seconds }) => sum + seconds, 0);
    const parts = plan.setup.seconds + plan.updates.seconds + plan.evaluations.seconds + measuring;
    expect(plan.seconds).toBeCloseTo(parts, 9);
    for (const { seconds, share } of plan.probes) {
      expect(seconds).toBeGreaterThan(0);
      expect(share).toBeCloseTo(seconds / plan.seconds, 9);
    }
    expect(plan.updates.seconds).toBeGreaterThan(0);
    expect(plan.evaluations.seconds).toBeGreaterThan(0);
  });

  it('has one part without probes, and one product of a quantity is made to time it', async () => {
    const bare = await planRun({ specification: smallRun({ probes: [] }) });
    expect(bare.probes).toEqual([]);
    const twice = (maxProducts: number) =>
      planRun({ specification: smallRun({ duration: '1 iterations', probes: [{ ...spectrum, maxProducts }] }) });
    const [few, many] = [await twice(100), await twice(100_000)];
    expect(many.probes[0]!.products).toBe(1000 * few.probes[0]!.products);
    expect(many.probes[0]!.seconds).toBeGreaterThan(10 * few.probes[0]!.seconds);
  });

  it('times every update rule of a run, also one that lasts one update and one that diverges at once', async () => {
    const changes = [{ at: '15 iterations', optimizer: { name: 'gd', learningRate: 1e30, chunkSize: 150 } }] as const;
    const specification = smallRun({ changes: [...changes], duration: '16 iterations', probes: walking });
    const plan = await planRun({ specification });
    expect(plan.updates.count).toBe(16);
    expect(plan.updates.seconds).toBeGreaterThan(0);
  });

  it('finds what the run would refuse', async () => {
    const many = await failureOf(planRun({ specification: smallRun({ probes: [{ ...spectrum, k: 1000 }] }) }));
    expect(many.code).toBe('SPECIFICATION_INVALID');
    const examples = await failureOf(
      planRun({ specification: smallRun({ probes: [{ ...spectrum, examples: 401 }] }) }),
    );
    expect(examples.code).toBe('SPECIFICATION_INVALID');
  });
});
