import type { Evidence } from '../evidence.ts';
import { perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { advantage, crossingParameter } from './advantage.ts';
import { noisier } from './claims-track.ts';
import {
  cifar,
  contrastOf,
  largeParameter,
  lossNames,
  losses,
  mnist,
  parameters,
  smallParameter,
  type ContrastKind,
  type LossName,
  type Setting,
} from './setting.ts';

/** Loss ratios of one per cent count: the paper's curves at equal training loss differ by a few per cent where σ is large. */
const smallest = Math.log(1.01);

/** The pictures of slices at a fixed training loss. */
export const slices: readonly (readonly [figure: number, setting: Setting, kind: ContrastKind])[] = [
  [7, cifar, 'rates'],
  [12, mnist, 'rates'],
  [16, cifar, 'batches'],
];

const slice = ([figure, setting, kind]: (typeof slices)[number], loss: LossName, side: 'large' | 'small'): Claim => {
  const [parameter, sign, says] =
    side === 'large' ? ([largeParameter, 1, 'smaller'] as const) : ([smallParameter, -1, 'larger'] as const);
  const { title, parameter: symbol } = losses[loss];
  return {
    id: `G-slice.figure-${figure}-${loss}-${side}`,
    row: 'G-slice',
    place: `section 4.3, figure ${figure}`,
    statement: `At equal training loss on ${setting.title}, ${noisier[kind]} has the ${says} ${title} with ${side} ${symbol}.`,
    quantity: `${sign > 0 ? 'log ratio' : 'negative log ratio'} of the ${title} at ${symbol} = ${parameter} at the fixed training loss: quiet over noisy run`,
    hypothesis: { kind: 'mean', smallest },
    needs: [setting.experiment],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const contrast = contrastOf(setting, kind, evidence.scale);
        return sign * advantage(evidence, contrast, seed, setting.level[evidence.scale], { loss, parameter });
      }),
  };
};

/** The parameter at which the slices of the two runs of a seed cross. */
export function crossingOf(
  evidence: Evidence,
  setting: Setting,
  kind: ContrastKind,
  loss: LossName,
  seed: number,
): number {
  const [contrast, values] = [contrastOf(setting, kind, evidence.scale), parameters[evidence.scale]];
  const advantages = values.map((parameter) =>
    advantage(evidence, contrast, seed, setting.level[evidence.scale], { loss, parameter }),
  );
  return crossingParameter(`${setting.experiment}, seed ${seed}, ${losses[loss].title}`, values, advantages);
}

const crossing = ([figure, setting, kind]: (typeof slices)[number]): Claim => ({
  id: `G-slice.figure-${figure}-crossing`,
  row: 'G-slice',
  place: `section 4.3, figures ${figure} and ${kind === 'rates' ? 6 : 15}`,
  statement: `On ${setting.title} there is a σ near 1 at which Gcdf is the same at equal training loss: the slices cross there.`,
  quantity: 'log of the σ at which the slices of Gcdf cross',
  // Near: within a factor of two.
  hypothesis: { kind: 'equivalent', margin: Math.log(2) },
  needs: [setting.experiment],
  measure: (evidence) => perSeed(evidence, (seed) => Math.log(crossingOf(evidence, setting, kind, 'gcdf', seed))),
});

/** Losses against their parameter at a fixed training loss: row G-slice. */
export const sliceClaims: readonly Claim[] = slices.flatMap((picture) => [
  ...lossNames.flatMap((loss) => [slice(picture, loss, 'large'), slice(picture, loss, 'small')]),
  crossing(picture),
]);
