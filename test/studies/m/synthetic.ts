import { networks } from '../../../src/studies/m/settings.ts';
import type { SyntheticRecord, SyntheticTrial } from '../../support/evidence.ts';

/** What a trial recorded. */
export type Content = Pick<SyntheticTrial, 'series' | 'numbers' | 'arrays'>;

/** Four pairs of which Pearson's r is exactly `r`: x is ±1. */
export const correlated = (r: number): { readonly x: number[]; readonly y: number[] } => {
  const [x, beside] = [
    [-1, -1, 1, 1],
    [1, -1, 1, -1],
  ] as const;
  const rest = Math.sqrt(Math.max(0, 1 - r * r));
  return { x: [...x], y: x.map((value, index) => r * value + rest * beside[index]!) };
};

/** The same content for each network. */
export const everyNetwork =
  (experiment: string, content: (value: number) => Content) =>
  (value: number, seed: number): SyntheticTrial[] =>
    networks.map((network) => ({ experiment, condition: { network }, seed, ...content(value) }));

/** A single trial. */
export const single =
  (experiment: string, content: (value: number) => Content) =>
  (value: number, seed: number): SyntheticTrial[] => [{ experiment, seed, ...content(value) }];

/** Arrays of three moments of training, all alike. */
export const everyMoment = (arrays: Readonly<Record<string, readonly number[]>>): Record<string, readonly number[]> =>
  Object.fromEntries(
    ['start', 'middle', 'end'].flatMap((moment) =>
      Object.entries(arrays).map(([name, values]) => [`${moment}.${name}`, values]),
    ),
  );

/** Training accuracy 0.5, 0.9 and 1 after 0, 10 and 20 updates. */
export const accuracy: readonly SyntheticRecord[] = [
  [0, 0.5],
  [10, 0.9],
  [20, 1],
];

/** r of correctly classified examples (and of the others) at these updates. */
export const correlationRecords = (correct: number, wrong?: number): readonly SyntheticRecord[] =>
  accuracy.flatMap(([iteration]): SyntheticRecord[] => [
    [iteration, correct, 1],
    ...(wrong === undefined ? [] : [[iteration, wrong, 0] as const]),
  ]);
