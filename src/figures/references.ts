import type { Markish } from '@observablehq/plot';
import type { FittedAxis } from './axis.ts';
import type { Curve } from './curve.ts';
import { line } from './line.ts';
import type { PanelFrame } from './panel.ts';
import type { LegendEntry } from './specification.ts';

/** A line to compare with: across at a height, down at a place, `y = x`, or any curve (such as 2/η under a schedule). */
export type Reference = { readonly label: string } & (
  | { readonly kind: 'horizontal'; readonly at: number }
  | { readonly kind: 'vertical'; readonly at: number }
  | { readonly kind: 'identity' }
  | { readonly kind: 'curve'; readonly curve: Curve }
);

const dashes = ['5 4', '1.5 3', '8 3 1.5 3'];
/** Points of the line `y = x`: enough to be smooth where only one axis is logarithmic. */
const identityPoints = 129;

/** Dashes of the reference lines of a figure by their labels: lines of one label look the same in every panel. */
export const referenceDashes = (references: readonly Reference[]): Map<string, string> =>
  new Map([...new Set(references.map(({ label }) => label))].map((label, at) => [label, dashes[at % dashes.length]!]));

/** The reference lines of a panel, in its muted colour, with their {@link referenceDashes}. */
export const referenceMarks = (
  frame: PanelFrame,
  y: FittedAxis,
  references: readonly Reference[],
  dashOf: ReadonlyMap<string, string>,
): Markish[] =>
  references.map((reference) => {
    const style = { stroke: frame.theme.muted, strokeWidth: 1.25, strokeDasharray: dashOf.get(reference.label)! };
    return line(frame, referenceCurve(reference, frame.x, y), style, y);
  });

function referenceCurve(reference: Reference, x: FittedAxis, y: FittedAxis): Curve {
  switch (reference.kind) {
    case 'horizontal':
      return { x: Float64Array.from(x.domain), y: Float64Array.of(reference.at, reference.at) };
    case 'vertical':
      return { x: Float64Array.of(reference.at, reference.at), y: Float64Array.from(y.domain) };
    case 'identity':
      return identity(x);
    case 'curve':
      return reference.curve;
  }
}

function identity({ scale, domain: [low, high] }: FittedAxis): Curve {
  const places = Float64Array.from({ length: identityPoints }, (_, index) => {
    const share = index / (identityPoints - 1);
    return scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
  });
  return { x: places, y: places };
}

/** Entries of the legend for reference lines. */
export const referenceLegend = (dashOf: ReadonlyMap<string, string>, color: string): LegendEntry[] =>
  [...dashOf].map(([label, dash]) => ({ label, color, dash }));

/** Heights that a vertical axis should reach so that its reference lines are seen. */
export const referenceHeights = (references: readonly Reference[]): number[] =>
  references.flatMap((reference) =>
    reference.kind === 'horizontal' ? [reference.at] : reference.kind === 'curve' ? Array.from(reference.curve.y) : [],
  );
