import type {
  BarriersDocument,
  ConnectivityDocument,
  JsonNumber,
  LandscapeDocument,
  SimplexDocument,
  SurfaceDocument,
  TrajectoryDocument,
} from '../contract/index.ts';
import { formatNumber, formatShare } from './format.ts';
import { formatPairs, formatTable, type Column } from './table.ts';

type Pairs = [name: string, value: string][];
type Point = TrajectoryDocument['trajectory'][number];

/** What a landscape shows, in a few lines. */
export function landscapeText(document: LandscapeDocument, width?: number): string {
  const { set, examples, batchNorm } = document;
  const pairs: Pairs = [
    ['examples', `${examples} of the set ${set}${batchNorm === null ? '' : `, batch normalisation ${batchNorm}`}`],
    ['loss', rangeOf(document.loss)],
  ];
  switch (document.what) {
    case 'surface':
      return formatPairs([...pairs, ...surfacePairs(document)]);
    case 'trajectory':
      return `${formatPairs([...pairs, ...trajectoryPairs(document)])}\n${formatTable(columns, document.trajectory, width)}`;
    case 'connectivity':
      return formatPairs([...pairs, ...connectivityPairs(document)]);
    case 'simplex':
      return formatPairs([...pairs, ...simplexPairs(document)]);
  }
}

const number = (value: JsonNumber): string => formatNumber(Number(value));

function rangeOf(loss: readonly JsonNumber[]): string {
  const finite = loss.map(Number).filter(Number.isFinite);
  const lost = loss.length - finite.length;
  const range =
    finite.length > 0
      ? `${formatNumber(finite.reduce((a, b) => Math.min(a, b)))} to ${formatNumber(finite.reduce((a, b) => Math.max(a, b)))} nat`
      : 'nowhere finite';
  return `${range} at ${loss.length} points${lost > 0 ? `, ${lost} of them not finite` : ''}`;
}

function surfacePairs({ a, b, loss, accuracy, seed, normalisation, cosine }: SurfaceDocument): Pairs {
  const [i, j] = [a.indexOf(0), b.indexOf(0)];
  const centre = j * a.length + i;
  const at: Pairs = [
    ['at the checkpoint', `loss ${number(loss[centre]!)}, accuracy ${formatShare(Number(accuracy[centre]!))}`],
  ];
  return [
    ...(i >= 0 && j >= 0 ? at : []),
    ['directions', `seed ${seed}, normalisation ${normalisation}, cosine ${number(cosine)}`],
  ];
}

const trajectoryPairs = ({ explained, checkpoints }: TrajectoryDocument): Pairs => [
  ['checkpoints', String(checkpoints.length)],
  [
    'explained',
    `${formatShare(explained[0]!)} and ${formatShare(explained[1]!)} of their variance by the two axes; the rest is not on the plane`,
  ],
];

/** The true loss beside that of the drawn surface. */
const columns: Column<Point>[] = [
  { title: 'iteration', value: ({ iteration }) => String(iteration), align: 'right' },
  { title: 'a', value: ({ a }) => formatNumber(a), align: 'right', expendable: 2 },
  { title: 'b', value: ({ b }) => formatNumber(b), align: 'right', expendable: 2 },
  { title: 'distance', value: ({ distance }) => formatNumber(distance), align: 'right', expendable: 1 },
  { title: 'loss', value: ({ loss }) => number(loss), align: 'right' },
  { title: 'projected loss', value: ({ projectedLoss }) => number(projectedLoss), align: 'right' },
  { title: 'accuracy', value: ({ accuracy }) => formatShare(Number(accuracy)), align: 'right', expendable: 3 },
  {
    title: 'projected accuracy',
    value: ({ projectedAccuracy }) => formatShare(Number(projectedAccuracy)),
    align: 'right',
    expendable: 4,
  },
];

function connectivityPairs({ loss, accuracy, barriers }: ConnectivityDocument): Pairs {
  const end = (index: number): string =>
    `loss ${number(loss.at(index)!)}, accuracy ${formatShare(Number(accuracy.at(index)!))}`;
  return [
    ['α = 0', end(0)],
    ['α = 1', end(-1)],
    ...barrierPairs('loss', barriers.loss, (height) => `${number(height)} nat`),
    ...barrierPairs('error', barriers.error, (height) => formatShare(Number(height))),
  ];
}

const barrierPairs = (name: string, barriers: BarriersDocument, text: (height: JsonNumber) => string): Pairs => {
  const { aboveChord, aboveMean, aboveHigherEnd } = barriers;
  const at = ({ height, alpha }: BarriersDocument['aboveChord']): string =>
    `${text(height)} at α = ${formatNumber(alpha)}`;
  return [
    [`${name} above the chord`, at(aboveChord)],
    [`${name} above the mean`, at(aboveMean)],
    [`${name} above both ends`, at(aboveHigherEnd)],
  ];
};

const simplexPairs = ({ flatness, checkpoints }: SimplexDocument): Pairs => [
  ...checkpoints.map(({ run, iteration }, index): Pairs[number] => [`vertex ${index + 1}`, `${run} at ${iteration}`]),
  ['low', `${formatShare(flatness.shareBelow)} of the simplex at most ${formatNumber(flatness.threshold)} nat`],
  ['mean', `${number(flatness.mean)} nat over ${flatness.points} points of the simplex`],
  ['excess', `${number(flatness.excess)} nat above the highest vertex`],
];
