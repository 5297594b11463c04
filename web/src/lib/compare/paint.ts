import { canShow, markHeight } from '../../../../src/figures/index.ts';
import type { FittedAxis, ValueMark } from '../../../../src/figures/index.ts';
import type { CurveData, PictureCurve } from './picture.ts';

/** A canvas with the places of values on it, canvas pixels. */
export interface Paper {
  readonly context: CanvasRenderingContext2D;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly axis: FittedAxis;
  /** Edges of the panel. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** Canvas pixels for each pixel of the page. */
  readonly ratio: number;
}

/** Groups that are not in focus keep this share of their strength. */
const dimmed = 0.15;
const bandStrength = 0.16;
const markSize = 3.5;

export const strengthOf = (curve: PictureCurve, focus: number | null): number =>
  curve.opacity * (focus === null || focus === curve.group ? 1 : dimmed);

/** Limits a drawing to the panel, and what it sets to itself. */
export function within(paper: Paper, draw: () => void, beyond = 0): void {
  const { context, box } = paper;
  context.save();
  context.beginPath();
  context.rect(box.left - beyond, box.top - beyond, box.width + 2 * beyond, box.height + 2 * beyond);
  context.clip();
  draw();
  context.restore();
}

/** The area between the limits of a band. A lower limit without a place on the axis reaches down to its edge. */
export function paintBand(paper: Paper, { data, band, color }: PictureCurve, strength: number): void {
  if (!band) return;
  const { context, x, y, axis } = paper;
  const bottom = paper.box.top + paper.box.height;
  context.fillStyle = color;
  context.globalAlpha = bandStrength * strength;
  let start = -1;
  for (let row = 0; row <= data.length; row++) {
    const isDrawn = row < data.length && canShow(axis.scale, band.upper[row]!) && Number.isFinite(band.lower[row]!);
    if (isDrawn && start < 0) start = row;
    if (isDrawn || start < 0) continue;
    context.beginPath();
    for (let index = start; index < row; index++) context.lineTo(x(data.x[index]!), y(band.upper[index]!));
    for (let index = row - 1; index >= start; index--) {
      const low = band.lower[index]!;
      context.lineTo(x(data.x[index]!), canShow(axis.scale, low) ? y(low) : bottom);
    }
    context.closePath();
    context.fill();
    start = -1;
  }
}

/** The line of a curve, broken where it has no height, and points where nothing joins them. */
export function paintLine(paper: Paper, curve: PictureCurve, strength: number, width = curve.width): void {
  const { context, ratio } = paper;
  context.globalAlpha = strength;
  context.strokeStyle = curve.color;
  context.lineWidth = width * ratio;
  context.lineJoin = 'round';
  context.setLineDash(
    (curve.dash ?? '')
      .split(' ')
      .filter(Boolean)
      .map((part) => Number(part) * ratio),
  );
  context.beginPath();
  const lone = trace(paper, curve.data);
  context.stroke();
  if (lone.length > 0) paintDots(paper, curve, lone, Math.max(1, width));
}

/** Adds the line to the path; returns the rows that have no neighbour to be joined with. */
function trace({ context, x, y, axis }: Paper, { length, x: xs, y: ys }: CurveData): number[] {
  const lone: number[] = [];
  let joined = 0;
  for (let row = 0; row <= length; row++) {
    const value = row < length ? ys[row]! : NaN;
    if (canShow(axis.scale, value)) {
      if (joined === 0) context.moveTo(x(xs[row]!), y(value));
      else context.lineTo(x(xs[row]!), y(value));
      joined++;
    } else {
      if (joined === 1) lone.push(row - 1);
      joined = 0;
    }
  }
  return lone;
}

export function paintDots(
  { context, x, y, ratio }: Paper,
  { data, color }: PictureCurve,
  rows: readonly number[],
  radius: number,
): void {
  context.fillStyle = color;
  context.beginPath();
  for (const row of rows) {
    const [left, top] = [x(data.x[row]!), y(data.y[row]!)];
    context.moveTo(left + radius * ratio, top);
    context.arc(left, top, radius * ratio, 0, 2 * Math.PI);
  }
  context.fill();
}

/** Marks of values without a height: a cross for NaN, triangles for infinities, a ring for zero and negative ones. */
export function paintMarks(paper: Paper, marks: readonly ValueMark[], color: string, strength: number): void {
  const { context, ratio, axis } = paper;
  const size = markSize * ratio;
  context.globalAlpha = strength;
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = 1.5 * ratio;
  context.setLineDash([]);
  for (const mark of marks) {
    const [left, top] = [paper.x(mark.x), paper.y(markHeight(mark, axis))];
    context.beginPath();
    traceMark(context, mark, left, top, size);
    if (mark.kind === 'notANumber' || mark.kind === 'notPositive') context.stroke();
    else context.fill();
  }
}

function traceMark(
  context: CanvasRenderingContext2D,
  { kind }: ValueMark,
  left: number,
  top: number,
  size: number,
): void {
  if (kind === 'notPositive') context.arc(left, top, size, 0, 2 * Math.PI);
  else if (kind === 'notANumber') {
    context.moveTo(left - size, top - size);
    context.lineTo(left + size, top + size);
    context.moveTo(left + size, top - size);
    context.lineTo(left - size, top + size);
  } else {
    const up = kind === 'infinite' ? -1 : 1;
    context.moveTo(left - size, top - up * size);
    context.lineTo(left + size, top - up * size);
    context.lineTo(left, top + up * size);
    context.closePath();
  }
}
