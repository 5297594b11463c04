import type { Condition, SeriesName } from '../../contract/index.ts';
import {
  curveThrough,
  linesFigure,
  type CurvesPanel,
  type FigureOptions,
  type TabledFigure,
} from '../../figures/index.ts';
import { bandWords, meanCurve } from '../curves.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { slices } from './claims-slice.ts';
import { atTrainingLoss, trackOf } from './equal-loss.ts';
import { rules, ruleContrast } from './experiments-beyond.ts';
import { conditionTitle } from './figures-track.ts';
import {
  cifar,
  conditionsOf,
  largeParameter,
  lossNames,
  losses,
  middleParameter,
  mnist,
  parameters,
  smallParameter,
  type ContrastKind,
  type LossName,
} from './setting.ts';

/** A series of every run against its training loss. */
function phasePanel(
  evidence: Evidence,
  kind: ContrastKind,
  title: string,
  series: SeriesName,
  coordinate?: number,
): CurvesPanel {
  const curves = conditionsOf(cifar, kind, evidence.scale).flatMap((condition) =>
    evidence.seeds.map((seed) => {
      const trial = trialOf(evidence, cifar.experiment, seed, condition);
      const [x, y] = [trackOf(trial, 'loss.training').values, trackOf(trial, series, coordinate).values];
      return { color: conditionTitle(condition), curve: curveThrough(x, y), seeds: evidence.seeds.length };
    }),
  );
  return { title, y: { label: null }, curves };
}

const phase = (kind: ContrastKind, figure: number, extra: readonly string[]): PaperFigure => ({
  id: `G-phase.${kind}`,
  row: 'G-phase',
  place: `figure ${figure}`,
  title: `Gcdf against training loss on CIFAR-10: ${kind === 'rates' ? 'learning rates' : 'batch sizes'}`,
  caption:
    'One curve for each run: Gcdf with a small, an intermediate and a large σ, and the training error, against the training loss reached at that time.',
  needs: [cifar.experiment],
  claims: [...['small', 'middle', 'large'].map((name) => `G-phase.${kind}-${name}`), ...extra],
  draw: (evidence, options) =>
    linesFigure(
      {
        id: `G-phase.${kind}`,
        title: `Gcdf against training loss on CIFAR-10`,
        subtitle: 'one curve for each run; readings in the order of the training loss',
        x: { label: 'training loss', unit: 'nat' },
        columns: 2,
        colors: { coloring: 'sequence' },
        panels: [
          ...[smallParameter, middleParameter, largeParameter].map((sigma) =>
            phasePanel(evidence, kind, `Gcdf, σ = ${sigma}`, 'loss.gcdf', sigma),
          ),
          phasePanel(evidence, kind, 'training error', 'loss.error'),
        ],
      },
      options,
    ),
});

/** A loss against its parameter at the fixed training loss: the loss itself, or its ratio to that of the last condition. */
function slicePanel(
  evidence: Evidence,
  experiment: string,
  conditions: readonly Condition[],
  level: number,
  loss: LossName,
  relative: boolean,
): CurvesPanel {
  const x = parameters[evidence.scale];
  const { series, title, parameter: symbol } = losses[loss];
  const values = conditions.map((condition) =>
    evidence.seeds.map((seed) => {
      const trial = trialOf(evidence, experiment, seed, condition);
      return x.map((parameter) => atTrainingLoss(trial, level, series, parameter));
    }),
  );
  const last = values.at(-1)!;
  const curves = conditions.map((condition, at) => {
    const own = values[at]!.map((row, seed) =>
      relative ? row.map((value, index) => value / last[seed]![index]!) : row,
    );
    return { color: conditionTitle(condition), ...meanCurve(x, own) };
  });
  const name = relative ? `${title} over that of the quietest run` : title;
  return { title: `${name}, against ${symbol}`, y: { label: null, scale: 'log' }, curves };
}

/** Slices of all three losses, and below them their ratios, which show where they cross. */
const slicesFigure = (
  evidence: Evidence,
  options: FigureOptions,
  caption: { readonly id: string; readonly title: string },
  { experiment, conditions, level }: { experiment: string; conditions: readonly Condition[]; level: number },
): TabledFigure =>
  linesFigure(
    {
      ...caption,
      subtitle: `where the training loss last falls through ${level} nat; above: the losses, below: their ratio to the quietest run's`,
      x: { label: 'σ, T or γ', scale: 'log' },
      columns: 3,
      colors: { coloring: 'sequence' },
      band: bandWords.deviation,
      panels: [false, true].flatMap((relative) =>
        lossNames.map((loss) => slicePanel(evidence, experiment, conditions, level, loss, relative)),
      ),
    },
    options,
  );

const slice = ([figure, setting, kind]: (typeof slices)[number]): PaperFigure => {
  const id = `G-slice.figure-${figure}`;
  const title = `Losses at equal training loss on ${setting.title}: ${kind === 'rates' ? 'learning rates' : 'batch sizes'}`;
  return {
    id,
    row: 'G-slice',
    place: `figure ${figure}`,
    title,
    caption:
      'Each loss against its parameter at the moment at which the training loss is the same in all runs, and its ratio to that of ' +
      'the quietest run; means over seeds, bands of one standard deviation. Below 1 a run has the smaller loss.',
    needs: [setting.experiment],
    claims: lossNames.flatMap((loss) => [`${id}-${loss}-large`, `${id}-${loss}-small`]),
    draw: (evidence, options) =>
      slicesFigure(
        evidence,
        options,
        { id, title },
        {
          experiment: setting.experiment,
          conditions: conditionsOf(setting, kind, evidence.scale),
          level: setting.level[evidence.scale],
        },
      ),
  };
};

const ruleSlice = (rule: (typeof rules)[number]): PaperFigure => {
  const [id, title] = [`G-direct.slice-${rule}`, `Losses at equal training loss on MNIST: ${rule}`];
  return {
    id,
    row: 'G-direct',
    place: 'future work',
    title,
    caption: 'As the slices of SGD, with a large and a small learning rate of another update rule.',
    needs: ['G-rules'],
    claims: [`G-direct.${rule}-large`, `G-direct.${rule}-small`],
    draw(evidence, options) {
      const { experiment, noisy, quiet } = ruleContrast(rule, evidence.scale);
      const level = mnist.level[evidence.scale];
      return slicesFigure(evidence, options, { id, title }, { experiment, conditions: [noisy, quiet], level });
    },
  };
};

/** Losses at equal training loss: rows G-phase, G-slice and G-direct. */
export const equalLossFigures: readonly PaperFigure[] = [
  phase('rates', 6, ['G-phase.error']),
  phase('batches', 15, []),
  ...slices.map(slice),
  ...rules.map(ruleSlice),
];
