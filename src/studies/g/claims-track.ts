import { trialOf } from '../evidence.ts';
import { logRatio, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { advantage } from './advantage.ts';
import { trackOf } from './equal-loss.ts';
import {
  cifar,
  contrastOf,
  largeParameter,
  losses,
  mnist,
  type ContrastKind,
  type LossName,
  type Setting,
} from './setting.ts';

/** How the noisier one of two runs is called. */
export const noisier: Readonly<Record<ContrastKind, string>> = {
  rates: 'the larger learning rate',
  batches: 'the smaller batch',
};

/** The pictures of training curves: what was changed, which loss is followed, and where. */
const tracks: readonly (readonly [figure: number, setting: Setting, kind: ContrastKind, loss: LossName])[] = [
  [2, cifar, 'rates', 'crossEntropy'],
  [3, cifar, 'rates', 'hinge'],
  [4, cifar, 'rates', 'gcdf'],
  [5, cifar, 'batches', 'gcdf'],
  [8, mnist, 'rates', 'gcdf'],
  [9, mnist, 'batches', 'gcdf'],
  [10, mnist, 'rates', 'hinge'],
  [11, mnist, 'rates', 'crossEntropy'],
  [13, cifar, 'batches', 'hinge'],
  [14, cifar, 'batches', 'crossEntropy'],
];

const track = ([figure, setting, kind, loss]: (typeof tracks)[number]): Claim => ({
  id: `G-track.figure-${figure}`,
  row: 'G-track',
  place: `section 4.2, figure ${figure}`,
  statement:
    `On ${setting.title}, after the same number of epochs of cross-entropy, ${noisier[kind]} has the smaller ` +
    `${losses[loss].title} with large ${losses[loss].parameter}.`,
  quantity: `log ratio of the ${losses[loss].title} at ${losses[loss].parameter} = ${largeParameter} at the end of training: quiet over noisy run`,
  // Five per cent: what is seen in a picture of curves.
  hypothesis: { kind: 'mean', smallest: Math.log(1.05) },
  needs: [setting.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) =>
      advantage(evidence, contrastOf(setting, kind, evidence.scale), seed, 'end', { loss, parameter: largeParameter }),
    ),
});

const fitted = (setting: Setting, name: string, place: string): Claim => ({
  id: `G-models.${name}`,
  row: 'G-models',
  place,
  statement: `On ${setting.title} the network of the paper, its top layer's inputs normalised, is fitted by the small learning rate as well.`,
  quantity: 'log of a tenth of the training loss at the start over that at the end, with the smallest learning rate',
  // A tenth of the loss at the start is in the number; anything below it counts.
  hypothesis: { kind: 'mean', smallest: 0 },
  needs: [setting.experiment],
  measure: (evidence) =>
    perSeed(evidence, (seed) => {
      const { quiet } = contrastOf(setting, 'rates', evidence.scale);
      const trial = trialOf(evidence, setting.experiment, seed, quiet);
      const { values } = trackOf(trial, 'loss.training');
      return logRatio(trial.id, values[0]! / 10, values.at(-1)!);
    }),
});

/** Training curves: rows G-track and G-models. */
export const trackClaims: readonly Claim[] = [
  ...tracks.map(track),
  fitted(mnist, 'mnist', 'appendix A, figures 8 to 11'),
  fitted(cifar, 'cifar10', 'section 4.2, figures 2 to 5'),
];
