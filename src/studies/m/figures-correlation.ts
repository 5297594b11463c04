import { linesFigure, scatterFigure, type FigureOptions, type ScatterPanel } from '../../figures/index.ts';
import { localOutlierFactors, outliers } from '../../statistics/index.ts';
import { bandWords, seriesCurve } from '../curves.ts';
import { trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { arrayName, moments, type MomentName } from './example-traces.ts';
import { pooledCorrelation } from './pooled-correlation.ts';
import { groups, kept, type Group } from './readings.ts';
import { networks, networkTitles, type NetworkName } from './settings.ts';

const proxyTitles = { affineInput: 'affine trace', boundInput: 'margin bound' } as const;
const groupTitles = { correct: 'classified correctly', wrong: 'classified wrongly' } as const;
const shownProxies = ['affineInput', 'boundInput'] as const;
const shownGroups = ['correct', 'wrong'] as const;

const iterationAxis = { label: 'updates' } as const;

const alongTraining: PaperFigure = {
  id: 'M-corr.along',
  row: 'M-corr',
  place: 'figures 3a to 3c, appendix B',
  title: 'Correlation of Hessian traces with what margins say of them',
  caption:
    'Pearson’s r over 1,000 training examples between the exact Hessian trace and the affine trace or the margin bound of the ' +
    'input, without outliers, pooled over all seeds with its 95 % interval (Fisher z); below it the training accuracy.',
  needs: ['M-corr'],
  claims: [
    ...networks.flatMap((network) => [`M-corr.aceht-${network}`, `M-corr.bound-${network}`]),
    ...['M-corr.wrong-none', 'M-corr.wrong-aceht', 'M-corr.wrong-bound', 'M-corr.grows-aceht', 'M-corr.grows-bound'],
  ],
  draw: (evidence, options) =>
    linesFigure(
      {
        id: 'M-corr.along',
        title: 'Correlation of Hessian traces with affine trace and margin bound along training',
        subtitle: 'without outliers, pooled over seeds; below: share of training examples classified correctly',
        x: iterationAxis,
        columns: networks.length,
        dashes: { title: 'examples' },
        band: bandWords.interval,
        panels: [
          ...networks.map((network) => ({
            title: networkTitles[network],
            y: { label: 'r' },
            curves: shownProxies.flatMap((proxy) =>
              shownGroups.map((group) => ({
                color: proxyTitles[proxy],
                dash: groupTitles[group],
                ...pooledCorrelation(trialsOf(evidence, network), proxy, group),
              })),
            ),
            references: [{ kind: 'horizontal' as const, at: 0.8, label: 'r = 0.8' }],
          })),
          ...networks.map((network) => ({
            title: 'training accuracy',
            y: { label: 'share', domain: [0, 1] as const },
            curves: [
              seriesCurve(trialsOf(evidence, network), {
                color: 'training accuracy',
                dash: groupTitles.correct,
                series: 'train.accuracy',
                band: 'interval',
              }),
            ],
          })),
        ],
      },
      options,
    ),
};

const trialsOf = (evidence: Evidence, network: NetworkName): readonly EvidenceTrial[] =>
  evidence.trials('M-corr', { network });

const accuracy: PaperFigure = {
  id: 'M-models.accuracy',
  row: 'M-models',
  place: 'figure 3c, appendix B',
  title: 'Accuracy of the networks',
  caption:
    'Share of the training and test examples that are classified correctly, mean over all seeds with its 95 % interval.',
  needs: ['M-corr'],
  claims: networks.map((network) => `M-models.${network}`),
  draw: (evidence, options) =>
    linesFigure(
      {
        id: 'M-models.accuracy',
        title: 'Accuracy along training',
        subtitle: 'mean over seeds',
        x: iterationAxis,
        columns: networks.length,
        band: bandWords.interval,
        panels: networks.map((network) => ({
          title: networkTitles[network],
          y: { label: 'share', domain: [0, 1] as const },
          curves: (['train.accuracy', 'test.accuracy'] as const).map((series) =>
            seriesCurve(trialsOf(evidence, network), {
              color: series === 'train.accuracy' ? 'training set' : 'test set',
              series,
              band: 'interval',
            }),
          ),
        })),
      },
      options,
    ),
};

const momentTitles: Readonly<Record<MomentName, string>> = {
  start: 'at initialisation',
  middle: 'in the middle',
  end: 'at the end',
};

/** Neighbours of the local outlier factor: the paper's, and scikit-learn's default. */
const neighbours = 20;

/** Traces of one group of examples against a proxy; outliers are marked as the paper removes them. */
function scatterGroup(trial: EvidenceTrial, moment: MomentName, proxy: (typeof shownProxies)[number], group: Group) {
  const column = (name: 'trace' | 'correct' | (typeof shownProxies)[number]) => trial.array(arrayName(moment, name));
  const [x, y] = [column(proxy), column('trace')].map((values) => kept(values, column('correct'), groups[group]));
  const label = groupTitles[group];
  if (x!.length < 3) return { label, x: x!, y: y! };
  const factors = localOutlierFactors([x!, y!], { neighbours: Math.min(neighbours, x!.length - 1) });
  return { label, x: x!, y: y!, outliers: outliers(factors) };
}

function scatterPanels(trial: EvidenceTrial): ScatterPanel[] {
  return shownProxies.flatMap((proxy) =>
    moments.map((moment) => ({
      title: `${proxyTitles[proxy]} ${momentTitles[moment]}`,
      x: { label: proxyTitles[proxy] },
      y: { label: 'Hessian trace' },
      groups: shownGroups.map((group) => scatterGroup(trial, moment, proxy, group)).filter(({ x }) => x.length > 0),
    })),
  );
}

const scatter = (network: NetworkName): PaperFigure => ({
  id: `M-corr.${network}`,
  row: 'M-corr',
  place: network === 'lenet-mnist' ? 'figures 3d to 3f' : 'appendix B',
  title: `Hessian traces of single examples: ${networkTitles[network]}`,
  caption:
    'The exact Hessian trace of each of 1,000 training examples against its affine trace and its margin bound, with the line ' +
    'fitted without outliers (local outlier factor, 20 neighbours). One seed: the first.',
  needs: ['M-examples'],
  claims: [`M-corr.aceht-${network}`, `M-corr.bound-${network}`],
  draw: (evidence, options: FigureOptions) =>
    scatterFigure(
      {
        id: `M-corr.${network}`,
        title: `Hessian traces against affine trace and margin bound: ${networkTitles[network]}`,
        subtitle: `one point for each example; seed ${evidence.seeds[0]!}`,
        columns: moments.length,
        fitted: true,
        panels: scatterPanels(trialOf(evidence, 'M-examples', evidence.seeds[0]!, { network })),
      },
      options,
    ),
});

export const correlationFigures: readonly PaperFigure[] = [alongTraining, accuracy, ...networks.map(scatter)];
