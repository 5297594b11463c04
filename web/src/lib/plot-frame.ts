import { figureBottom } from '../../../src/figures/index.ts';
import type { FigureSpecification } from '../../../src/figures/index.ts';

/** A rectangle of values. */
export type ValueBox = readonly [x1: number, x2: number, y1: number, y2: number];

/** Where the one panel of a figure lies, counted from the lower left corner of its picture, and between which values. */
export interface PlotFrame {
  /** Pixels from the left edge. */
  readonly left: number;
  readonly width: number;
  /** Pixels from the lower edge. */
  readonly bottom: number;
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** The frame of a figure with one panel on linear axes whose limits are settled. */
export function plotFrame({ panels: [panel], width }: FigureSpecification): PlotFrame {
  const { plot, height } = panel!;
  const { marginLeft = 0, marginRight = 0, marginTop = 0, marginBottom = 0, x, y } = plot;
  return {
    left: marginLeft,
    width: width - marginLeft - marginRight,
    bottom: figureBottom + marginBottom,
    height: height - marginTop - marginBottom,
    x: [...(x!.domain as Iterable<number>)] as [number, number],
    y: [...(y!.domain as Iterable<number>)] as [number, number],
  };
}

/** The box of values between two corners given as shares of a frame from its upper left corner. */
export function boxBetween({ x, y }: PlotFrame, a: readonly [number, number], b: readonly [number, number]): ValueBox {
  const across = [a[0], b[0]].map((share) => x[0] + clamped(share) * (x[1] - x[0])).sort(ascending);
  const up = [a[1], b[1]].map((share) => y[1] - clamped(share) * (y[1] - y[0])).sort(ascending);
  return [rounded(across[0]!), rounded(across[1]!), rounded(up[0]!), rounded(up[1]!)];
}

/** Shares of the frame that a box takes: left, top, width, height. */
export function placeOf({ x, y }: PlotFrame, [x1, x2, y1, y2]: ValueBox): readonly [number, number, number, number] {
  const across = (value: number): number => clamped((value - x[0]) / (x[1] - x[0]));
  const down = (value: number): number => clamped((y[1] - value) / (y[1] - y[0]));
  return [across(x1), down(y2), across(x2) - across(x1), down(y1) - down(y2)];
}

/** `x1,x2,y1,y2` as an address has it; null for anything else. */
export function parseBox(text: string | null): ValueBox | null {
  const numbers = text?.split(',').map(Number) ?? [];
  const [x1, x2, y1, y2] = numbers as [number, number, number, number];
  return numbers.length === 4 && numbers.every(Number.isFinite) && x1 <= x2 && y1 <= y2 ? [x1, x2, y1, y2] : null;
}

export const isInBox = ([x1, x2, y1, y2]: ValueBox, x: number, y: number): boolean =>
  x >= x1 && x <= x2 && y >= y1 && y <= y2;

const ascending = (a: number, b: number): number => a - b;
const clamped = (share: number): number => Math.min(1, Math.max(0, share));
const rounded = (value: number): number => Number(value.toPrecision(4));
