import type { Scale } from '../../contract/index.ts';
import { valuesOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { finalOf, spreadText } from '../measures.ts';
import type { PaperTable } from '../paper.ts';
import { largestRelativeBarrier } from './claims-height.ts';
import { bestRate } from './claims-schedules.ts';
import { isNumber, networksOf } from './conditions.ts';
import { tabledEpochs } from './experiments-height.ts';
import { scheduleNames } from './experiments-schedules.ts';
import { noiseRules } from './figures-noise.ts';
import { titleOf } from './figures-walk.ts';
import { byEpoch, meanHeight } from './heights.ts';

/** `mean ± standard deviation` of numbers of several seeds, to three digits. */
const withSpread = (values: readonly number[]): string =>
  spreadText(values, (value) => String(Number(value.toPrecision(3))));

/** A row for each network and learning rate, a column for each epoch of the tables; a dash where an epoch was not interpolated. */
function epochsTable(
  evidence: Evidence,
  rates: readonly ('large' | 'small')[],
  number: (scale: Scale, trial: EvidenceTrial, epoch: number) => number,
) {
  const { scale } = evidence;
  const epochs = tabledEpochs[scale];
  const cell = (trials: readonly EvidenceTrial[], epoch: number): string =>
    trials.every((trial) => byEpoch(scale, trial, 'interpolation.height').has(epoch))
      ? withSpread(trials.map((trial) => number(scale, trial, epoch)))
      : '–';
  const rows = networksOf(evidence, 'W-height').flatMap((network) =>
    rates.map((rate) => {
      const trials = evidence.trials('W-height', { network, rate });
      const name = `${titleOf(network)}, η = ${trials[0]!.condition.learningRate}`;
      return [name, ...epochs.map((epoch) => cell(trials, epoch))];
    }),
  );
  return { columns: ['network', ...epochs.map((epoch) => `epoch ${epoch}`)], rows };
}

const barriers = (scale: Scale, trial: EvidenceTrial, epoch: number): number =>
  (byEpoch(scale, trial, 'interpolation.barrier').get(epoch) ?? []).filter((value) => value > 0).length;

/** Counts, with the highest barrier in a last column. */
function barrierTable(evidence: Evidence) {
  const { columns, rows } = epochsTable(evidence, ['large'], barriers);
  const highest = networksOf(evidence, 'W-height').map((network) =>
    withSpread(evidence.trials('W-height', { network, rate: 'large' }).map(largestRelativeBarrier)),
  );
  return {
    columns: [...columns, 'highest over loss'],
    rows: rows.map((cells, index) => [...cells, highest[index]!]),
  };
}

const spread = 'Mean over seeds ± standard deviation.';

export const networkTables: readonly PaperTable[] = [
  {
    id: 'W-barrier.table',
    row: 'W-barrier',
    place: 'table 1',
    title: 'Barriers crossed in an epoch',
    caption: `Number of updates that cross a barrier, at the larger learning rate, and the highest barrier of the run over the loss before its update. ${spread}`,
    needs: ['W-height'],
    claims: ['W-barrier.rare', 'W-barrier.low', 'W-barrier.late'],
    build: barrierTable,
  },
  {
    id: 'W-height.table',
    row: 'W-height',
    place: 'table 2',
    title: 'Height above the valley floor, nat',
    caption: `Mean over the updates of an epoch. ${spread}`,
    needs: ['W-height'],
    claims: ['W-height.rate', 'W-height.falls'],
    build: (evidence) => epochsTable(evidence, ['large', 'small'], meanHeight),
  },
  {
    id: 'W-noise.table',
    row: 'W-noise',
    place: 'section 4',
    title: 'At the end of training with and without isotropic noise',
    caption: `Norm of the parameters, training loss (nat) and validation accuracy at the last update. ${spread}`,
    needs: ['W-noise'],
    claims: ['W-noise.norm', 'W-noise.norm-sgd', 'W-noise.stalls', 'W-noise.validation'],
    build: (evidence) => ({
      columns: ['network', 'update rule', 'parameter norm', 'training loss', 'validation accuracy'],
      rows: networksOf(evidence, 'W-noise').flatMap((network) =>
        noiseRules.map(([words, where]) => {
          const trials = evidence.trials('W-noise', { network, ...where });
          const finals = (['parameters.norm', 'train.loss', 'validation.accuracy'] as const).map((series) =>
            withSpread(trials.map((trial) => finalOf(trial, series))),
          );
          return [titleOf(network), words, ...finals];
        }),
      ),
    }),
  },
  {
    id: 'W-sched.table',
    row: 'W-sched',
    place: 'figures 6 and 27',
    title: 'Schedules and their grids',
    caption: `Final accuracies for every largest learning rate; a star marks the rate that is chosen on the validation set. ${spread}`,
    needs: ['W-sched'],
    claims: ['W-sched.one-cycle', 'W-sched.rising'],
    build: (evidence) => ({
      columns: ['network', 'schedule', 'largest learning rate', 'validation accuracy', 'test accuracy'],
      rows: networksOf(evidence, 'W-sched').flatMap((network) =>
        scheduleNames.flatMap((schedule) =>
          valuesOf(evidence, 'W-sched', 'rate', isNumber, { network, schedule }).map((rate) => {
            const trials = evidence.trials('W-sched', { network, schedule, rate });
            const finals = (['validation.accuracy', 'test.accuracy'] as const).map((series) =>
              withSpread(trials.map((trial) => finalOf(trial, series))),
            );
            const chosen = bestRate(evidence, network, schedule) === rate ? ' *' : '';
            return [titleOf(network), schedule, `${rate}${chosen}`, ...finals];
          }),
        ),
      ),
    }),
  },
];
