import type { Condition } from '../../contract/index.ts';
import { linesFigure, type FigureLook, type TabledFigure, type GroupedCurve } from '../../figures/index.ts';
import { bandWords, meanCurve } from '../curves.ts';
import type { Evidence } from '../evidence.ts';
import { learningCurve } from '../measures.ts';
import type { PaperFigure } from '../paper.ts';
import { figureSteps, learningRates, outerStepsOf, stepsOf, type Step } from './networks.ts';
import { tracesOf } from './traces.ts';

const ratioText = ({ batchSize, learningRate }: Step): string =>
  (batchSize / learningRate).toLocaleString('en', { maximumFractionDigits: 1 });

/** One curve for each setting: the colour says the ratio, dashes the setting. */
function settingCurves(
  evidence: Evidence,
  experiment: string,
  loss: Condition,
  series: 'train.accuracy' | 'test.accuracy',
): GroupedCurve[] {
  const steps = figureSteps(evidence.scale);
  return (loss['loss'] === 'log-loss' ? outerStepsOf(steps) : stepsOf(steps)).map((step) => {
    const curves = evidence
      .trials(experiment, { ...loss, ...step })
      .map((trial) => learningCurve(trial, series).map((share) => 100 * share));
    const epochs = (curves[0] ?? []).map((_, index) => index + 1);
    return {
      color: ratioText(step),
      dash: `${step.batchSize} / ${step.learningRate}`,
      ...meanCurve(epochs, curves),
    };
  });
}

function accuracyFigure(id: string, experiment: string, loss: Condition, title: string) {
  return (evidence: Evidence, look: FigureLook): TabledFigure =>
    linesFigure(
      {
        id,
        title,
        subtitle: 'Settings with equal ratios of batch size and learning rate beside others',
        x: { label: 'epoch' },
        panels: (
          [
            ['Training', 'train.accuracy'],
            ['Validation', 'test.accuracy'],
          ] as const
        ).map(([name, series]) => ({
          title: `${name} accuracy`,
          y: { label: 'accuracy', unit: '%' },
          curves: settingCurves(evidence, experiment, loss, series),
        })),
        columns: 2,
        colors: { title: 'batch size / learning rate', coloring: 'categories' },
        dashes: { title: 'batch size and learning rate' },
        band: bandWords.deviation,
      },
      look,
    );
}

/** Figure 4: tr H/tr σ² against the learning rate, a line for each batch size. */
function differenceFigure(evidence: Evidence, look: FigureLook): TabledFigure {
  const traces = evidence.trials('F-kld').map((trial) => ({ seed: trial.seed, ...tracesOf(trial) }));
  const batchSizes = [...new Set(traces.map(({ batchSize }) => batchSize))].sort((a, b) => a - b);
  const seeds = [...new Set(traces.map(({ seed }) => seed))];
  const curves = batchSizes.map((batchSize) => {
    const rates = learningRates.filter((rate) =>
      traces.some((other) => other.batchSize === batchSize && other.learningRate === rate),
    );
    const ofSeed = (seed: number): number[] =>
      rates.map((rate) => {
        const found = traces.find(
          (other) => other.seed === seed && other.batchSize === batchSize && other.learningRate === rate,
        )!;
        return found.hessian / found.covariance;
      });
    return { color: String(batchSize), ...meanCurve(rates, seeds.map(ofSeed)) };
  });
  return linesFigure(
    {
      id: 'F-table.difference',
      title: 'Magnitude difference of the two traces',
      subtitle: 'tr H/tr σ² at the end of training under the Kullback–Leibler loss',
      x: { label: 'learning rate', scale: 'log' },
      panels: [{ title: 'tr H / tr σ²', y: { label: 'tr H / tr σ²', scale: 'log' }, curves }],
      colors: { title: 'batch size', coloring: 'sequence' },
      band: bandWords.deviation,
    },
    look,
  );
}

export const networkFigures: readonly PaperFigure[] = [
  {
    id: 'F-kld.curves',
    row: 'F-kld',
    place: 'figure 2',
    title: 'Accuracy under the Kullback–Leibler loss',
    caption:
      'Mean accuracy over seeds at each epoch, with one standard deviation. Curves of one colour have one ratio of batch size and learning rate.',
    needs: ['F-kld'],
    claims: ['F-kld.equal', 'F-kld.equal-validation', 'F-kld.different', 'F-kld.near', 'F-models.step'],
    draw: accuracyFigure('F-kld.curves', 'F-kld', {}, 'Accuracy under the Kullback–Leibler loss'),
  },
  {
    id: 'F-log.gradient',
    row: 'F-log',
    place: 'figure 3',
    title: 'Accuracy under the gradient of the log loss',
    caption: 'As figure 2, trained on the squared norm of the difference of prediction and target.',
    needs: ['F-log'],
    claims: ['F-log.equal', 'F-log.equal-validation', 'F-log.different', 'F-log.near'],
    draw: accuracyFigure(
      'F-log.gradient',
      'F-log',
      { loss: 'log-loss-gradient' },
      'Accuracy under the squared gradient of the log loss',
    ),
  },
  {
    id: 'F-log.log-loss',
    row: 'F-log',
    place: 'section 5.3',
    title: 'Accuracy under the log loss',
    caption: 'As figure 3, trained on the log loss itself.',
    needs: ['F-log'],
    claims: ['F-log.equal-log-loss', 'F-log.equal-validation-log-loss', 'F-log.different-log-loss'],
    draw: accuracyFigure('F-log.log-loss', 'F-log', { loss: 'log-loss' }, 'Accuracy under the log loss'),
  },
  {
    id: 'F-table.difference',
    row: 'F-table',
    place: 'figure 4',
    title: 'Magnitude difference of the two traces',
    caption:
      'tr H/tr σ² at the end of training against the learning rate, mean over seeds with one standard deviation, a line for each batch size.',
    needs: ['F-kld'],
    claims: ['F-table.below', 'F-table.rate-over-batch', 'F-table.ratio'],
    draw: differenceFigure,
  },
];
