import { describe, expect, it } from 'vitest';
import { EpochClock } from '../../../src/contract/index.ts';
import { scales } from '../../../src/studies/index.ts';
import { findPaper } from '../../../src/studies/papers/index.ts';
import { risingShare } from '../../../src/studies/w/claims-walk.ts';
import { epochAt, epochStart, heightExperiment } from '../../../src/studies/w/experiments-height.ts';
import { changeAt, noiseEnd, noiseExperiment } from '../../../src/studies/w/experiments-noise.ts';
import { scheduleNames, scheduleOf } from '../../../src/studies/w/experiments-schedules.ts';
import { networkIn } from '../../../src/studies/w/networks.ts';
import { syntheticEvidence } from '../../support/evidence.ts';

const refusal = (message: string): Error => expect.objectContaining({ code: 'NO_DATA', message }) as Error;

describe('numbers of paper W', () => {
  it('leave out the step from one window of interpolated updates to the next', () => {
    const floors = [
      [0, 1, 0.5],
      [1, 2, 0.5],
      [2, 1, 0.5],
      [40, 9, 0.5],
      [41, 8, 0.5],
    ] as const;
    const [trial] = syntheticEvidence([{ experiment: 'a', seed: 1, series: { 'interpolation.floor': floors } }]).trials(
      'a',
    );
    expect(risingShare(trial!)).toBeCloseTo(1 / 3, 12);
  });

  it('belong to a network of the paper', () => {
    expect(networkIn({ network: 'mlp' })).toBe('mlp');
    expect(() => networkIn({ network: 'lenet' })).toThrow(
      refusal('condition: expected a network of mlp, vgg11, resnet, vgg11-tiny-imagenet, got lenet'),
    );
  });
});

describe('experiments of paper W', () => {
  it.each(scales)('count epochs as training does at scale %s', (scale) => {
    for (const { condition, specification } of heightExperiment.trials(scale)) {
      const { data, optimizer } = specification;
      const examples = 'examples' in data && typeof data.examples === 'number' ? data.examples : NaN;
      const batchSize = 'batchSize' in optimizer ? optimizer.batchSize! : NaN;
      const clock = new EpochClock(Math.floor(examples / batchSize));
      for (const iteration of [0, 4, 5, 39, 40, 1000, 44_999])
        expect(epochAt(scale, networkIn(condition), iteration)).toBe(clock.at(iteration).epoch + 1);
      expect(epochStart(scale, networkIn(condition), 3)).toBe(clock.start(2));
    }
  });

  it.each(scales)('evaluate runs with noise at the change of the update rule at scale %s', (scale) => {
    const changed = noiseExperiment.trials(scale).filter(({ condition }) => condition.then !== 'same');
    expect(changed.length).toBeGreaterThan(0);
    for (const { specification } of changed) {
      expect(specification.changes?.[0]?.at).toBe(`${changeAt(scale)} iterations`);
      const every = Number(String(specification.evaluate).split(' ')[0]);
      expect([changeAt(scale) % every, noiseEnd(scale) % every]).toEqual([0, 0]);
    }
  });

  it('have schedules of one length whose first rise is the same', () => {
    const [cyclical, trapezoid, step] = scheduleNames.map((name) => scheduleOf(name, 0.1, 16));
    expect(cyclical).toEqual({ schedule: 'cyclical', low: 0.005, high: 0.1, halfCycle: '2 epochs' });
    expect(trapezoid).toMatchObject({
      start: 0.005,
      rate: 0.1,
      warmup: '2 epochs',
      hold: '6 epochs',
      decay: '8 epochs',
    });
    expect(step).toMatchObject({ rate: 0.1, steps: [{ at: '8 epochs' }, { at: '12 epochs' }] });
  });

  it('train every network of the paper in its own setting at scale paper', () => {
    const walk = findPaper('W').experiments.find(({ id }) => id === 'W-walk')!;
    const trials = walk.kind === 'training' ? walk.trials('paper') : [];
    const networks = trials.map(({ specification: { data, model } }) => `${data.name} ${model.name}`);
    expect([...new Set(networks)]).toEqual(['mnist mlp', 'cifar-10 vgg11', 'cifar-10 resnet', 'tiny-imagenet vgg11']);
    for (const { specification } of trials) expect(specification.optimizer).toMatchObject({ learningRate: 0.1 });
  });
});
