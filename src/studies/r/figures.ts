import type { SeriesName } from '../../contract/index.ts';
import {
  defaultWidth,
  joinedTables,
  linesFigure,
  simplexFigure,
  type FigureLook,
  type TabledFigure,
  type GroupedCurve,
} from '../../figures/index.ts';
import { bandWords, meanCurve } from '../curves.ts';
import type { Evidence } from '../evidence.ts';
import { learningCurve, meanOf } from '../measures.ts';
import type { PaperFigure, PaperTable } from '../paper.ts';
import { constantLevels, dataSets, noiseLevels, type DataSetName, type Decay } from './data.ts';
import { labelKinds, type LabelKind } from './labels.ts';

const names: Readonly<Record<DataSetName, string>> = { mnist: 'MNIST', 'cifar-10': 'CIFAR-10' };

/** Runs of one kind of noise: a colour for each level. */
function noiseCurves(evidence: Evidence, data: DataSetName, decay: Decay, series: SeriesName, unit: number) {
  const levels = decay === 'harmonic' ? noiseLevels(evidence.scale) : constantLevels(evidence.scale);
  return levels.map((noise): GroupedCurve => {
    const trials = evidence.trials('R-data', { data, decay, noise });
    const curves = trials.map((trial) => learningCurve(trial, series).map((value) => unit * value));
    const epochs = (curves[0] ?? []).map((_, index) => index + 1);
    return {
      color: String(noise),
      dash: `${decay} decay`.replace('constant decay', 'no decay'),
      ...meanCurve(epochs, curves),
    };
  });
}

const noiseFigure =
  (data: DataSetName) =>
  (evidence: Evidence, look: FigureLook): TabledFigure =>
    linesFigure(
      {
        id: `R-data.noise-${data}`,
        title: `SGD with Langevin noise on ${names[data]}`,
        subtitle: "Noise γ'/(1 + k)·W in update k, and noise γ'·W that does not decay",
        x: { label: 'epoch' },
        panels: [
          {
            title: 'Training loss',
            y: { label: 'loss', unit: 'nat', scale: 'log' },
            curves: bothDecays((decay) => noiseCurves(evidence, data, decay, 'train.loss', 1)),
          },
          {
            title: 'Test accuracy',
            y: { label: 'accuracy', unit: '%' },
            curves: bothDecays((decay) => noiseCurves(evidence, data, decay, 'test.accuracy', 100)),
          },
        ],
        columns: 2,
        colors: { title: "γ'", coloring: 'sequence' },
        dashes: { title: 'noise' },
        band: bandWords.deviation,
      },
      look,
    );

const bothDecays = (curves: (decay: Decay) => GroupedCurve[]): GroupedCurve[] => [
  ...curves('harmonic'),
  ...curves('constant'),
];

/** Two simplices beside each other, each with a scale of its own: they differ by what they reach. */
const simplexFigures =
  (data: DataSetName) =>
  (evidence: Evidence, look: FigureLook): TabledFigure => {
    const width = look.width ?? defaultWidth;
    const half = { ...look, width: Math.floor(width / 2) };
    const [natural, random] = labelKinds.map((labels) => simplexOf(evidence, data, labels, half));
    return {
      ...natural!,
      width,
      columns: 2,
      panels: [...natural!.panels, ...random!.panels],
      table: () => joinedTables([natural!.table(), random!.table()]),
    };
  };

function simplexOf(evidence: Evidence, data: DataSetName, labels: LabelKind, look: FigureLook): TabledFigure {
  const trial = evidence.trials('R-labels', { data, labels })[0]!;
  const [first, second, third] = (['first', 'second', 'third'] as const).map((name) => trial.array(name));
  return simplexFigure(
    {
      id: `R-labels.simplex-${data}`,
      title: `Three-point interpolation on ${names[data]}`,
      subtitle: `Training loss at λ₁w₁ + λ₂w₂ + λ₃w₃, seed ${trial.seed}; the triangle is the simplex`,
      quantity: { title: labels === 'natural' ? 'Natural labels' : 'Random labels', unit: 'nat' },
      steps: trial.number('steps'),
      coordinates: first!.map((lambda, index) => [lambda, second![index]!, third![index]!]),
      values: trial.array('loss'),
      scale: 'log',
      vertices: ['w₁', 'w₂', 'w₃'],
    },
    look,
  );
}

const places: Readonly<Record<DataSetName, { readonly noise: string; readonly labels: string }>> = {
  mnist: { noise: 'figure 5', labels: 'figure 7' },
  'cifar-10': { noise: 'figure 4', labels: 'figure 6' },
};

export const networkFigures: readonly PaperFigure[] = dataSets.flatMap((data) => [
  {
    id: `R-data.noise-${data}`,
    row: 'R-data',
    place: places[data].noise,
    title: `SGD with Langevin noise on ${names[data]}`,
    caption:
      'Means over seeds at each epoch, with one standard deviation. The paper’s noise decays; noise that does not is drawn beside it.',
    needs: ['R-data'],
    claims: [`R-data.${data}`, `R-data.constant-${data}`],
    draw: noiseFigure(data),
  },
  {
    id: `R-labels.simplex-${data}`,
    row: 'R-labels',
    place: places[data].labels,
    title: `Three-point interpolation on ${names[data]}`,
    caption:
      'The training loss between and beyond three minimisers of the first seed, under natural and under random labels, on logarithmic scales.',
    needs: ['R-labels'],
    claims: [`R-labels.${data}`, `R-labels.low-${data}`],
    draw: simplexFigures(data),
  },
]);

const columns = ['data', 'labels', 'loss at the vertices', 'mean rise', 'highest rise', 'share up to 0.5 nat', 'seeds'];

/** The numbers of figures 6 and 7. */
const flatnessTable: PaperTable = {
  id: 'R-labels.flatness',
  row: 'R-labels',
  place: 'section 2.3, figures 6 and 7',
  title: 'Flatness between three minimisers',
  caption:
    'Means over seeds of the training loss (nat) over the simplex of three minimisers: at the vertices, its mean and its highest point above them, and the share of low points.',
  needs: ['R-labels'],
  claims: dataSets.flatMap((data) => [`R-labels.${data}`, `R-labels.low-${data}`]),
  build(evidence) {
    const rows = dataSets.flatMap((data) =>
      labelKinds.map((labels) => {
        const trials = evidence.trials('R-labels', { data, labels });
        const mean = (name: string): string =>
          meanOf(
            name,
            trials.map((trial) => trial.number(name)),
          ).toLocaleString('en', { maximumSignificantDigits: 3 });
        return [names[data], labels, ...['vertexLoss', 'rise', 'excess', 'shareLow'].map(mean), String(trials.length)];
      }),
    );
    return { columns, rows };
  },
};

export const networkTables: readonly PaperTable[] = [flatnessTable];
