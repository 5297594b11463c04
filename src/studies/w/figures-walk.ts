import type { Scale } from '../../contract/index.ts';
import { curveOf, linesFigure, walkFigure, type FigureOptions, type TabledFigure } from '../../figures/index.ts';
import { bandWords, seriesCurve } from '../curves.ts';
import { valuesOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { isText, networksOf } from './conditions.ts';
import { mainNetwork } from './experiments-walk.ts';
import { networkIn, networkTitles, type WalkNetwork } from './networks.ts';

/** Names of the update rules in legends. */
const ruleTitles: Readonly<Record<string, string>> = { gd: 'gradient descent', sgd: 'SGD' };

/** How the network of a condition is called. */
export const titleOf = (network: string): string => networkTitles[networkIn({ network })];

/** The three panels of one run. */
export function drawWalk(trial: EvidenceTrial, title: string, options: FigureOptions): TabledFigure {
  return walkFigure(
    {
      title,
      subtitle: `${titleOf(String(trial.condition.network))} · seed ${trial.seed}`,
      loss: curveOf(trial.series('interpolation.loss'), 'consecutive'),
      floor: curveOf(trial.series('interpolation.floor'), 'consecutive'),
      cosine: curveOf(trial.series('gradient.cosine'), 'consecutive'),
      distance: curveOf(trial.series('parameters.distance'), 'consecutive'),
    },
    options,
  );
}

interface WalkOf {
  readonly id: string;
  readonly place: string;
  readonly rule: 'gd' | 'sgd';
  readonly network: (scale: Scale) => WalkNetwork;
  readonly claims: readonly string[];
}

const walkOf = ({ id, place, rule, network, claims }: WalkOf): PaperFigure => {
  const title = `A walk with ${ruleTitles[rule]}`;
  return {
    id,
    row: 'W-interp',
    place,
    title,
    caption:
      'Training loss between consecutive iterates with the valley floor (dashed), cosine of consecutive gradients, and distance from the start; the first seed.',
    needs: ['W-walk'],
    claims,
    draw: (evidence, options) =>
      drawWalk(evidence.trials('W-walk', { network: network(evidence.scale), rule })[0]!, title, options),
  };
};

const main = (scale: Scale): WalkNetwork => mainNetwork[scale];
const mlp = (): WalkNetwork => 'mlp';
const shownByGd = ['W-interp.valley', 'W-interp.floor-falls', 'W-cos.opposite'];
const shownBySgd = ['W-interp.floor-rough', 'W-cos.less-negative', 'W-dist.farther'];

/** Both rules: what is drawn, and how its panels are called. */
const drawn = {
  cosine: { series: 'gradient.cosine', y: { label: null, domain: [-1, 1] } },
  distance: { series: 'parameters.distance', y: { label: null } },
} as const;

interface Rules {
  readonly id: string;
  readonly experiment: string;
  readonly title: string;
  readonly words: readonly (keyof typeof drawn)[];
}

/** Cosine or distance of both rules, or both, beside each other for each network. */
const drawRules =
  ({ id, experiment, title, words }: Rules) =>
  (evidence: Evidence, options: FigureOptions): TabledFigure => {
    const panels = networksOf(evidence, experiment).flatMap((network) =>
      words.map((word) => ({
        title: `${titleOf(network)}: ${word}`,
        y: drawn[word].y,
        curves: valuesOf(evidence, experiment, 'rule', isText, { network }).map((rule) =>
          seriesCurve(evidence.trials(experiment, { network, rule }), {
            color: ruleTitles[rule] ?? rule,
            series: drawn[word].series,
          }),
        ),
      })),
    );
    const subtitle = 'from the same weights, for as many updates';
    const columns = Math.min(2, panels.length);
    return linesFigure(
      { id, title, subtitle, x: { label: 'iteration' }, columns, band: bandWords.deviation, panels },
      options,
    );
  };

const rulesFigure = (
  of: Rules,
  { row, place, claims }: Pick<PaperFigure, 'row' | 'place' | 'claims'>,
): PaperFigure => ({
  id: of.id,
  row,
  place,
  title: of.title,
  caption: 'Means over seeds, with bands of one standard deviation.',
  needs: [of.experiment],
  claims,
  draw: drawRules(of),
});

export const walkFigures: readonly PaperFigure[] = [
  walkOf({ id: 'W-interp.gd', place: 'figures 1 and 9', rule: 'gd', network: main, claims: shownByGd }),
  walkOf({ id: 'W-interp.sgd', place: 'figures 2 and 10', rule: 'sgd', network: main, claims: shownBySgd }),
  walkOf({ id: 'W-interp.mlp-gd', place: 'figure 17', rule: 'gd', network: mlp, claims: [] }),
  walkOf({ id: 'W-interp.mlp-sgd', place: 'figure 18', rule: 'sgd', network: mlp, claims: [] }),
  rulesFigure(
    { id: 'W-cos.walk', experiment: 'W-walk', title: 'Cosine of consecutive gradients', words: ['cosine'] },
    { row: 'W-cos', place: 'figures 1 and 2', claims: ['W-cos.opposite', 'W-cos.less-negative'] },
  ),
  rulesFigure(
    { id: 'W-dist.walk', experiment: 'W-walk', title: 'Distance from the start', words: ['distance'] },
    { row: 'W-dist', place: 'figures 1 and 2', claims: ['W-dist.farther'] },
  ),
  rulesFigure(
    {
      id: 'W-models.rules',
      experiment: 'W-models',
      title: 'Gradient descent and SGD on every network',
      words: ['cosine', 'distance'],
    },
    { row: 'W-models', place: 'figures 9 to 21', claims: ['W-models.cosine', 'W-models.distance'] },
  ),
];
