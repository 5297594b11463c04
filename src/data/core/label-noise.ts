import { permutation, randomStream } from '../../base/index.ts';
import type { Labels } from './examples.ts';

/** Labels of which a part was drawn anew. */
export interface NoisyLabels {
  readonly labels: Labels;
  /** Positions of the labels that were drawn, ascending. Some are by chance what they were. */
  readonly drawn: Uint32Array<ArrayBuffer>;
}

/**
 * Replaces `round(share·n)` of the labels, chosen by a seeded permutation, by labels uniform over all classes. A
 * replaced label keeps its value with probability `1/classes`. A larger share with the same seed replaces the same
 * labels by the same ones, and others in addition. `purpose` names the stream: `train` or `test`.
 */
export function randomiseLabels(
  labels: Labels,
  classes: number,
  share: number,
  seed: number,
  purpose: 'train' | 'test',
): NoisyLabels {
  const order = permutation(labels.length, randomStream(seed, 'data', 'label-noise', purpose, 'order'));
  const stream = randomStream(seed, 'data', 'label-noise', purpose, 'labels');
  const drawn = order.slice(0, Math.round(share * labels.length));
  const noisy = labels.slice();
  for (const index of drawn) noisy[index] = stream.integer(classes);
  return { labels: noisy, drawn: drawn.sort() };
}
