import { ThalwegError } from '../../base/index.ts';
import { valuesOf, type Evidence } from '../evidence.ts';
import { finalOf, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { isNumber, ofNetwork, overNetworks } from './conditions.ts';
import type { ScheduleName } from './experiments-schedules.ts';

/** The largest learning rate of a schedule that has the best validation accuracy at the end, mean over seeds. */
export function bestRate(evidence: Evidence, network: string, schedule: ScheduleName): number {
  const rates = valuesOf(evidence, 'W-sched', 'rate', isNumber, { network, schedule });
  const scored = rates.map((rate) => {
    const trials = evidence.trials('W-sched', { network, schedule, rate });
    const accuracies = trials.map((trial) => finalOf(trial, 'validation.accuracy'));
    return { rate, accuracy: meanOf('W-sched: validation accuracy', accuracies) };
  });
  const best = scored.sort((a, b) => b.accuracy - a.accuracy || a.rate - b.rate)[0];
  if (best) return best.rate;
  throw new ThalwegError('NO_DATA', `W-sched: expected trials of ${network} with ${schedule}, got none`);
}

/** Final test accuracy of a schedule with its best rate, mean over networks. */
const tuned = (evidence: Evidence, seed: number, schedule: ScheduleName): number =>
  overNetworks(evidence, 'W-sched', (network) =>
    finalOf(
      ofNetwork(evidence, 'W-sched', seed, network, { schedule, rate: bestRate(evidence, network, schedule) }),
      'test.accuracy',
    ),
  );

const common = { row: 'W-sched', needs: ['W-sched'] } as const;

export const schedulesClaims: readonly Claim[] = [
  {
    ...common,
    id: 'W-sched.one-cycle',
    place: 'section 5, figures 6 and 27',
    statement: 'One rise and fall of the learning rate is as good as several cycles.',
    quantity:
      'final test accuracy of the trapezoid less that of the cyclical schedule, each with its best learning rate',
    // Half a per cent either way is what seeds alone make of such accuracies.
    hypothesis: { kind: 'equivalent', margin: 0.005 },
    measure: (evidence) =>
      perSeed(evidence, (seed) => tuned(evidence, seed, 'trapezoid') - tuned(evidence, seed, 'cyclical')),
  },
  {
    ...common,
    id: 'W-sched.rising',
    place: 'section 5, figures 6 and 27',
    statement: 'A schedule that first raises the learning rate is slightly better than a step-wise one.',
    quantity:
      'final test accuracy of the trapezoid less that of the step-wise schedule, each with its best learning rate',
    // "Slightly better": one example in five hundred.
    hypothesis: { kind: 'mean', smallest: 0.002 },
    measure: (evidence) =>
      perSeed(evidence, (seed) => tuned(evidence, seed, 'trapezoid') - tuned(evidence, seed, 'step')),
  },
];
