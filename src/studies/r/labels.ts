import { invariant, ThalwegError } from '../../base/index.ts';
import type { Scale, SimplexDocument, SpecificationInput } from '../../contract/index.ts';
import { measureLandscape } from '../../run/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';
import type { Computed, ComputationRequest, ComputedExperiment, TrainingExperiment } from '../paper.ts';
import { dataSets, type DataSetName } from './data.ts';

export const labelKinds = ['natural', 'random'] as const;
export type LabelKind = (typeof labelKinds)[number];

/** Three networks of one seed: the same examples and labels, other weights and batches. */
const starts = [1, 2, 3] as const;

/** A network is taken as a minimiser where its training loss is first no higher, nat: both kinds of labels at one depth. */
export const minimiserLoss = 0.05;

interface Extent {
  readonly hidden: readonly [number, number];
  readonly examples: number | 'all';
  readonly epochs: number;
  /** Epochs between two checkpoints. */
  readonly every: number;
  /** Parts of an edge of the simplex. */
  readonly steps: number;
  /** Training examples on which losses are taken. */
  readonly measured: number | 'all';
}

const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { hidden: [32, 32], examples: 100, epochs: 120, every: 10, steps: 6, measured: 'all' },
  laptop: { hidden: [64, 64], examples: 500, epochs: 200, every: 5, steps: 20, measured: 'all' },
  paper: { hidden: [512, 512], examples: 'all', epochs: 400, every: 10, steps: 40, measured: 10_000 },
};

function specification(scale: Scale, data: DataSetName, labels: LabelKind, start: number): SpecificationInput {
  const { hidden, examples, epochs, every } = extents[scale];
  return {
    data: { name: data, examples, testExamples: 100, ...(labels === 'random' && { labelNoise: { share: 1 } }) },
    model: { name: 'mlp', hidden: [...hidden] },
    optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 32 },
    duration: `${epochs} epochs`,
    start,
    evaluate: `${every} epochs`,
    checkpoints: { every: `${every} epochs`, keep: epochs / every + 1 },
  };
}

const minimisers: TrainingExperiment = {
  kind: 'training',
  id: 'R-minimisers',
  title: 'Minimisers under natural and random labels',
  description:
    'Trains three networks from independent starts on the same examples, with their own labels and with labels drawn at random, until both ' +
    'are fitted.',
  differences:
    'The paper’s networks had dropout, were trained for 10 epochs, which do not fit random labels, and differed in the noise of SGDL. Ours are plain SGD ' +
    'with learning rate 0.1. Scale laptop has 500 images and 64 units a layer.',
  rows: ['R-labels'],
  seeds: { smoke: 3, laptop: 3, paper: 5 },
  trials: (scale) =>
    dataSets.flatMap((data) =>
      labelKinds.flatMap((labels) =>
        starts.map((start) => ({
          condition: { data, labels, start },
          specification: specification(scale, data, labels, start),
        })),
      ),
    ),
};

/** The first checkpoint whose training loss is low enough. Throws `NO_DATA` for a network that never got there. */
export function minimiserOf(trial: EvidenceTrial): { readonly run: string; readonly at: number } {
  const losses = readings(trial, 'train.loss', { from: 1 });
  const found = losses.find(({ value }) => value <= minimiserLoss);
  if (found) return { run: trial.id, at: found.iteration };
  const lowest = Math.min(...losses.map(({ value }) => value));
  throw new ThalwegError(
    'NO_DATA',
    `${trial.id}: expected a training loss of at most ${minimiserLoss}, got ${lowest} at best`,
  );
}

/** Loss up to which a point of the simplex counts as low: between that of the minimisers and that of guessing, log 10. */
export const lowLoss = 0.5;
/** How far the surfaces go beyond the edges, as a share of the simplex’s height. */
const beyond = 0.5;

async function interpolate(request: ComputationRequest): Promise<Computed> {
  const { condition, options, runsDirectory, dataDirectory, threads, onProgress } = request;
  const { data, labels } = condition as { data: DataSetName; labels: LabelKind };
  const [one, two, three] = starts.map((start) => {
    const [found] = request.runs(minimisers.id, { data, labels, start });
    return minimiserOf(found!);
  });
  const measured = options['examples'] === 'all' ? 'all' : Number(options['examples']);
  const document = await measureLandscape(
    {
      what: 'simplex',
      runsDirectory,
      ...(dataDirectory !== undefined && { dataDirectory }),
      threads,
      vertices: [one!, two!, three!],
      examples: measured,
      steps: Number(options['steps']),
      beyond,
      threshold: Number(options['threshold']),
    },
    { onProgress: ({ points, of }) => onProgress(points / of) },
  );
  invariant(document.what === 'simplex', 'a simplex gives a simplex');
  return computedOf(document);
}

/** Loss at each point of the triangular grid, and numbers of flatness over the simplex itself. */
function computedOf({ coordinates, steps, loss, accuracy, flatness, examples }: SimplexDocument): Computed {
  const losses = loss.map(Number);
  const vertices = losses.filter(
    (_, index) => coordinates[index]!.filter((part) => part === 0).length === 2 && coordinates[index]!.includes(1),
  );
  const vertexLoss = vertices.reduce((sum, value) => sum + value, 0) / vertices.length;
  return {
    numbers: {
      steps,
      examples,
      vertexLoss,
      mean: Number(flatness.mean),
      rise: Number(flatness.mean) - vertexLoss,
      excess: Number(flatness.excess),
      shareLow: flatness.shareBelow,
    },
    arrays: {
      first: coordinates.map(([lambda]) => lambda!),
      second: coordinates.map(([, lambda]) => lambda!),
      third: coordinates.map(([, , lambda]) => lambda!),
      loss: losses,
      accuracy: accuracy.map(Number),
    },
  };
}

const interpolation: ComputedExperiment = {
  kind: 'computed',
  id: 'R-labels',
  title: 'Three-point interpolation under natural and random labels',
  description:
    'The training loss at λ₁w₁ + λ₂w₂ + λ₃w₃ over the simplex of three minimisers of one training loss, and beyond its edges, with the mean ' +
    'rise above the minimisers and the share of low points.',
  differences:
    'The paper evaluates the test set, with random labels in the one case; here, as its source meant, the training loss. All minimisers are taken ' +
    'where their training loss first is at most 0.05.',
  rows: ['R-labels'],
  seeds: { smoke: 3, laptop: 3, paper: 5 },
  version: 1,
  needs: [minimisers.id],
  seconds: { smoke: 2, laptop: 10, paper: 1200 },
  trials: (scale) => {
    const { steps, measured } = extents[scale];
    return dataSets.flatMap((data) =>
      labelKinds.map((labels) => ({
        condition: { data, labels },
        options: { steps, examples: measured, threshold: lowLoss, minimiserLoss, beyond },
      })),
    );
  },
  compute: interpolate,
};

export const labelExperiments: readonly (TrainingExperiment | ComputedExperiment)[] = [minimisers, interpolation];
