import { linesFigure, lossShapesFigure, type CurvesPanel } from '../../figures/index.ts';
import { bandWords, meanCurve } from '../curves.ts';
import { trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { boundTrack, type BoundTrack } from './eq9.ts';
import { equalLossFigures } from './figures-equal-loss.ts';
import { trackFigures } from './figures-track.ts';
import { boundSigmas, contrastOf, lossNames, mnist } from './setting.ts';

const shapes: PaperFigure = {
  id: 'G-shape.curves',
  row: 'G-shape',
  place: 'figure 1',
  title: 'Shapes of the three losses',
  caption: 'The losses of an example with two classes against the difference z of its scores, for several parameters.',
  needs: ['G-shape'],
  claims: [...lossNames.map((loss) => `G-shape.tail-${loss}`), 'G-shape.concave'],
  draw: (_, options) => ({ ...lossShapesFigure(options), id: 'G-shape.curves' }),
};

const sides = {
  gcdf: 'Gcdf',
  error: 'errors under noise',
  bound: 'smoothed cross-entropy/log 2',
  secondOrder: 'its second-order form',
} as const satisfies Partial<Record<keyof BoundTrack, string>>;

/** Both sides of eq. 9 against σ, at the start or at the end of training. */
function boundPanel(
  evidence: Evidence,
  title: string,
  trialAt: (seed: number) => EvidenceTrial,
  at: 0 | -1,
): CurvesPanel {
  const tracks = evidence.seeds.map((seed) => boundSigmas.map((sigma) => boundTrack(trialAt(seed), sigma)));
  const curves = (['gcdf', 'error', 'bound', 'secondOrder'] as const).map((side) => ({
    color: sides[side],
    ...meanCurve(
      boundSigmas,
      tracks.map((bySigma) => bySigma.map((track) => track[side].at(at)!)),
    ),
  }));
  return { title, y: { label: null, scale: 'log' }, curves };
}

const bound: PaperFigure = {
  id: 'G-bound.sides',
  row: 'G-bound',
  place: 'section 5, equation 9',
  title: 'Both sides of equation 9',
  caption:
    'Gcdf, the share of errors under noise of the top layer, the smoothed cross-entropy that bounds the latter, and its ' +
    'second-order form against σ: for ten classes (MNIST, largest learning rate) and two, before and after training; means over seeds.',
  needs: [mnist.experiment, 'G-binary'],
  claims: ['smoothed', 'binary', 'union-always', 'union-end', 'second-order', 'local'].map((name) => `G-bound.${name}`),
  draw(evidence, options) {
    const { noisy } = contrastOf(mnist, 'rates', evidence.scale);
    const ten = (seed: number): EvidenceTrial => trialOf(evidence, mnist.experiment, seed, noisy);
    const two = (seed: number): EvidenceTrial => trialOf(evidence, 'G-binary', seed);
    return linesFigure(
      {
        id: 'G-bound.sides',
        title: 'Both sides of equation 9',
        subtitle: 'noise N(0, σ²I) on the weights of the top layer',
        x: { label: 'σ', scale: 'log' },
        columns: 2,
        band: bandWords.deviation,
        panels: [
          boundPanel(evidence, 'ten classes, before training', ten, 0),
          boundPanel(evidence, 'ten classes, after training', ten, -1),
          boundPanel(evidence, 'two classes, before training', two, 0),
          boundPanel(evidence, 'two classes, after training', two, -1),
        ],
      },
      options,
    );
  },
};

/** The figures of paper G. */
export const figures: readonly PaperFigure[] = [shapes, ...trackFigures, ...equalLossFigures, bound];
