import type { Scale } from '../../contract/index.ts';
import { curveOf, linesFigure, walkFigure, type FigureOptions, type FigureSpecification } from '../../figures/index.ts';
import type { Evidence, EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { bandWords, seriesCurve } from './curves.ts';
import { mainNetwork } from './experiments-walk.ts';
import { isText, networksOf, valuesOf } from './measure.ts';
import { networkIn, networkTitles, type WalkNetwork } from './networks.ts';

/** Names of the update rules in legends. */
const ruleTitles: Readonly<Record<string, string>> = { gd: 'gradient descent', sgd: 'SGD' };

/** How the network of a condition is called. */
export const titleOf = (network: string): string => networkTitles[networkIn({ network })];

/** The three panels of one run. */
export function drawWalk(trial: EvidenceTrial, title: string, options: FigureOptions): FigureSpecification {
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

/** Cosine and distance of both rules, a row of panels for each network. */
function drawRules(evidence: Evidence, experiment: string, title: string, options: FigureOptions): FigureSpecification {
  const curves = (network: string, series: 'gradient.cosine' | 'parameters.distance') =>
    valuesOf(evidence, experiment, 'rule', isText, { network }).map((rule) =>
      seriesCurve(evidence.trials(experiment, { network, rule }), { color: ruleTitles[rule] ?? rule, series }),
    );
  return linesFigure(
    {
      id: experiment,
      title,
      subtitle: 'cosine of consecutive gradients, and distance from the start',
      x: { label: 'iteration' },
      columns: 2,
      band: bandWords,
      panels: networksOf(evidence, experiment).flatMap((network) => [
        {
          title: `${titleOf(network)}: cosine`,
          y: { label: null, domain: [-1, 1] },
          curves: curves(network, 'gradient.cosine'),
        },
        { title: `${titleOf(network)}: distance`, y: { label: null }, curves: curves(network, 'parameters.distance') },
      ]),
    },
    options,
  );
}

export const walkFigures: readonly PaperFigure[] = [
  walkOf({ id: 'W-interp.gd', place: 'figures 1 and 9', rule: 'gd', network: main, claims: shownByGd }),
  walkOf({ id: 'W-interp.sgd', place: 'figures 2 and 10', rule: 'sgd', network: main, claims: shownBySgd }),
  walkOf({ id: 'W-interp.mlp-gd', place: 'figure 17', rule: 'gd', network: mlp, claims: [] }),
  walkOf({ id: 'W-interp.mlp-sgd', place: 'figure 18', rule: 'sgd', network: mlp, claims: [] }),
  {
    id: 'W-cos.walk',
    row: 'W-cos',
    place: 'figures 1 and 2',
    title: 'Cosine and distance: gradient descent and SGD',
    caption: 'Means over seeds, with bands of one standard deviation.',
    needs: ['W-walk'],
    claims: ['W-cos.opposite', 'W-cos.less-negative', 'W-dist.farther'],
    draw: (evidence, options) =>
      drawRules(evidence, 'W-walk', 'Cosine and distance: gradient descent and SGD', options),
  },
  {
    id: 'W-models.rules',
    row: 'W-models',
    place: 'figures 9 to 21',
    title: 'Gradient descent and SGD on every network',
    caption: 'Means over seeds, with bands of one standard deviation.',
    needs: ['W-models'],
    claims: ['W-models.cosine', 'W-models.distance'],
    draw: (evidence, options) => drawRules(evidence, 'W-models', 'Gradient descent and SGD on every network', options),
  },
];
