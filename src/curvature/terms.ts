import { hostTensor, type HostTensor } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { gather, input, pad, reshape, slice } from '../ops/index.ts';
import type { MeasuredNetwork } from './network.ts';
import { scoreCurvature } from './score-curvature.ts';

/** Reverse passes in one program; more classes than this take several runs. */
const passesPerRun = 12;

/** Numbers of the terms that each run takes: as equal as possible; a number past the last stands for no term. */
export function termsByRun({ objective }: Pick<MeasuredNetwork, 'objective'>): HostTensor<'int64'>[] {
  const scores = input('scores', { dtype: 'float32', shape: [1, objective.model.classes] });
  const labels = input('labels', { dtype: 'int64', shape: [1] });
  const count = scoreCurvature(objective.loss, scores, labels).left.shape[1]!;
  const runs = Math.ceil(count / passesPerRun);
  const width = Math.ceil(count / runs);
  return Array.from({ length: runs }, (_, run) =>
    hostTensor(
      'int64',
      [width],
      Array.from({ length: width }, (_, index) => Math.min(run * width + index, count)),
    ),
  );
}

/** Vectors [n, classes] of some terms [n, k, classes]; those past the last are zero. */
export function picked(all: Tensor, terms: Tensor): Tensor[] {
  const [n, count, classes] = all.shape as [number, number, number];
  const width = terms.shape[0]!;
  const padded = count % width === 0 ? all : pad(all, [0, 0, 0], [0, 1, 0]);
  const chosen = gather(padded, terms, 1);
  return Array.from({ length: width }, (_, index) => reshape(slice(chosen, 1, index, index + 1), [n, classes]));
}
