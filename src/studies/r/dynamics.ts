import type { Drift, LangevinOptions, Points, WellShares } from '../../theory/index.ts';
import { coordinate } from '../../theory/index.ts';
import type { Evidence } from '../evidence.ts';

/** How chains are moved: by the gradient, or by the one forward difference of the paper's own runs. */
export const rules = ['gradient', 'diagonal-difference'] as const satisfies readonly Drift[];
export type Rule = (typeof rules)[number];

/** What the rules are called in figures. */
export const ruleTitles: Readonly<Record<Rule, string>> = {
  gradient: 'gradient',
  'diagonal-difference': "the paper's difference along (1, 1)",
};

/** γ', the noise of the paper's runs. */
export const noises = [0, 0.1, 0.01, 0.001] as const;

/** How γ'_k goes on with k. */
export const decays = ['harmonic', 'constant'] as const satisfies readonly NonNullable<LangevinOptions['decay']>[];
export type Decay = (typeof decays)[number];

/** γ on the surface: half the inverse of its largest curvature would be 0.3. */
export const surfaceStep = 0.05;

/** Every rule with every noise; without noise there is nothing that decays. */
export const settings = rules.flatMap((rule) =>
  noises.flatMap((noise) => (noise === 0 ? [decays[0]] : decays).map((decay) => ({ rule, noise, decay }))),
);
export type Setting = (typeof settings)[number];

/** How a setting is named in numbers and arrays. */
export const settingName = ({ rule, noise, decay }: Setting): string => `${rule}.${decay}.${noise}`;

/** Shares as named numbers. */
export const sharesNamed = (name: string, { flat, sharp, neither }: WellShares): Record<string, number> => ({
  [`${name}.flat`]: flat,
  [`${name}.sharp`]: sharp,
  [`${name}.neither`]: neither,
});

/** Points whose coordinates are kept for figures. */
const kept = 1000;

/** Coordinates of the first points, as named arrays. */
export const coordinatesNamed = (name: string, points: Points): Record<string, number[]> => ({
  [`${name}.x`]: Array.from(coordinate(points, 0).subarray(0, kept)),
  [`${name}.y`]: Array.from(coordinate(points, 1).subarray(0, kept)),
});

/** How many seeds a figure shows. */
export const seedsText = ({ seeds }: Evidence): string => `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`;

/** Differences of shares of starts below this could not be seen in the paper's histograms. */
export const visibleShare = 0.05;
