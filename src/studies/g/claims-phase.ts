import { leastSquaresLine } from '../../statistics/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { advantage } from './advantage.ts';
import { noisier } from './claims-track.ts';
import { atTrainingLoss } from './equal-loss.ts';
import {
  cifar,
  conditionsOf,
  contrastOf,
  largeParameter,
  middleParameter,
  smallParameter,
  type ContrastKind,
} from './setting.ts';

/**
 * How a loss depends on the noise of the gradients at equal training loss: the slope of its logarithm against
 * `log10(learning rate/batch size)` over all runs of a phase plot, averaged over training losses.
 */
function noiseSlope(evidence: Evidence, kind: ContrastKind, seed: number, sigma: number): number {
  const trained = conditionsOf(cifar, kind, evidence.scale);
  const noise = trained.map(({ rate, batch }) => Math.log10(rate / batch));
  const slopes = cifar.levels[evidence.scale].map((level) => {
    const values = trained.map((condition) =>
      atTrainingLoss(trialOf(evidence, cifar.experiment, seed, condition), level, 'loss.gcdf', sigma),
    );
    return leastSquaresLine(
      noise,
      values.map((value) => logRatio(`Gcdf at ${sigma}`, value, 1)),
    ).slope;
  });
  return meanOf(`slope of Gcdf at ${sigma}`, slopes);
}

const figureOf: Readonly<Record<ContrastKind, string>> = { rates: 'figure 6', batches: 'figure 15' };

const phase = (
  kind: ContrastKind,
  name: 'small' | 'middle' | 'large',
  sigma: number,
  panel: string,
  says: string,
  sign: 1 | -1,
): Claim => ({
  id: `G-phase.${kind}-${name}`,
  row: 'G-phase',
  place: `section 4.3, ${figureOf[kind]}${panel}`,
  statement: `At equal training loss on CIFAR-10, ${noisier[kind]} has ${says} Gcdf with σ = ${sigma}.`,
  quantity:
    `${sign > 0 ? 'slope' : 'negative slope'} of ln Gcdf at σ = ${sigma} against log10(learning rate/batch size), ` +
    'mean over training losses; per decade',
  // Equal: two and a half per cent per decade, five over two decades. Different: half a per cent.
  hypothesis:
    name === 'middle' ? { kind: 'equivalent', margin: Math.log(1.025) } : { kind: 'mean', smallest: Math.log(1.005) },
  needs: [cifar.experiment],
  measure: (evidence) => perSeed(evidence, (seed) => sign * noiseSlope(evidence, kind, seed, sigma)),
});

const errorLikeSmall: Claim = {
  id: 'G-phase.error',
  row: 'G-phase',
  place: 'section 4.3, figure 6d',
  statement:
    'At equal training loss the training error depends on the learning rate as Gcdf with a small σ does, not as with a large one.',
  quantity:
    'how much nearer the log ratio of training errors (small over large rate) is to that of Gcdf at small σ than to that at large σ, mean over training losses',
  // A tenth of a log ratio tells two behaviours apart that differ in sign.
  hypothesis: { kind: 'mean', smallest: 0.1 },
  needs: [cifar.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const contrast = contrastOf(cifar, 'rates', evidence.scale);
      const nearer = cifar.levels[evidence.scale].map((level) => {
        const [quiet, noisy] = [contrast.quiet, contrast.noisy].map((where) =>
          atTrainingLoss(trialOf(evidence, cifar.experiment, seed, where), level, 'loss.error'),
        );
        const error = logRatio('training error', quiet!, noisy!);
        const of = (parameter: number): number =>
          Math.abs(error - advantage(evidence, contrast, seed, level, { loss: 'gcdf', parameter }));
        return of(largeParameter) - of(smallParameter);
      });
      return meanOf('training error beside Gcdf', nearer);
    }),
};

/** Gcdf against the training loss: row G-phase. */
export const phaseClaims: readonly Claim[] = [
  ...(['rates', 'batches'] as const).flatMap((kind) => [
    phase(kind, 'small', smallParameter, 'a', 'the larger', 1),
    phase(kind, 'middle', middleParameter, 'b', 'the same', 1),
    phase(kind, 'large', largeParameter, 'c', 'the smaller', -1),
  ]),
  errorLikeSmall,
];
