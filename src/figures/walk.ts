import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { iterationAxis } from './axis.ts';
import type { Domain } from './axis.ts';
import type { Curve } from './curve.ts';
import { edgeContent } from './edges.ts';
import { line } from './line.ts';
import { lookOf, panel, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { floorDash, maximumIterationLines } from './specification.ts';
import { linesTable } from './drawn-tables.ts';
import type { FigureOptions, FigurePanel } from './specification.ts';
import type { FigureTable, TabledFigure } from './table.ts';

/** What the walk figure shows. Curves stand over `x = t + α`, iterations; null: the run did not record it. */
export interface WalkFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** `L((1−α)θ_t + αθ_{t+1})`, nat (W-interp). */
  readonly loss: Curve;
  /** `min_α` of each interpolation at its own α, nat. */
  readonly floor: Curve;
  /** `cos(g_{t−1}, g_t)` (W-cos). */
  readonly cosine: Curve | null;
  /** `‖θ_t − θ_0‖₂` (W-dist). */
  readonly distance: Curve | null;
}

/**
 * The walk: interpolated loss with the valley floor (dashed orange) and grey lines at iterations, cosine of consecutive
 * gradients, distance from initialisation, over one axis of iterations (paper W, figures 1, 2, 9–21).
 */
export function walkFigure(data: WalkFigureData, options: FigureOptions = {}): TabledFigure {
  const { width, theme } = lookOf(options);
  const frame: PanelFrame = { width, theme, x: iterationAxis(options.window ?? domainOf(data.loss)) };
  const lines = iterationLines(frame);
  const last = data.distance ? 'distance' : data.cosine ? 'cosine' : 'loss';
  const panels: FigurePanel[] = [lossPanel(frame, data, lines, last === 'loss')];
  if (data.cosine) panels.push(cosinePanel(frame, data.cosine, lines, last === 'cosine'));
  if (data.distance) panels.push(distancePanel(frame, data.distance, lines));
  return { ...stackedFigure('walk', data, frame, panels), table: () => walkTable(data) };
}

function lossPanel(frame: PanelFrame, data: WalkFigureData, lines: readonly Markish[], named: boolean): FigurePanel {
  const { theme } = frame;
  const edge = edgeContent(frame, [
    { curve: data.loss, color: theme.loss },
    { curve: data.floor, color: theme.floor },
  ]);
  return panel(frame, {
    title: 'Interpolated loss',
    unit: 'nat',
    height: 250,
    named,
    notes: edge.notes,
    legend: [
      { label: 'between updates', color: theme.loss },
      { label: 'valley floor', color: theme.floor, dash: floorDash },
    ],
    marks: [
      ...lines,
      // Where many iterations share few pixels, a thinner line keeps the floor in sight.
      line(frame, data.loss, { stroke: theme.loss, strokeWidth: lines.length > 0 ? 1.5 : 0.8 }),
      line(frame, data.floor, { stroke: theme.floor, strokeWidth: 1.75, strokeDasharray: floorDash }),
      ...edge.marks,
    ],
  });
}

function cosinePanel(frame: PanelFrame, cosine: Curve, lines: readonly Markish[], named: boolean): FigurePanel {
  const { theme } = frame;
  const edge = edgeContent(frame, [{ curve: cosine, color: theme.ink }]);
  return panel(frame, {
    title: 'Cosine of consecutive gradients',
    unit: null,
    height: 140,
    named,
    notes: edge.notes,
    y: { label: null, scale: 'linear', domain: [-1, 1] },
    marks: [
      ...lines,
      Plot.ruleY([0], { stroke: theme.muted, strokeWidth: 1 }),
      line(frame, cosine, { stroke: theme.ink, strokeWidth: 1.25 }),
      ...edge.marks,
    ],
  });
}

function distancePanel(frame: PanelFrame, distance: Curve, lines: readonly Markish[]): FigurePanel {
  const { theme } = frame;
  const edge = edgeContent(frame, [{ curve: distance, color: theme.ink }]);
  return panel(frame, {
    title: 'Distance from initialisation ‖θₜ − θ₀‖',
    unit: null,
    height: 156,
    named: true,
    notes: edge.notes,
    marks: [...lines, line(frame, distance, { stroke: theme.ink, strokeWidth: 1.5 }), ...edge.marks],
  });
}

function iterationLines({ x, theme }: PanelFrame): readonly Markish[] {
  const [from, to] = x.domain;
  const first = Math.ceil(from);
  const count = Math.floor(to) - first + 1;
  if (count > maximumIterationLines) return [];
  const at = Array.from({ length: count }, (_, index) => first + index);
  return [Plot.ruleX(at, { stroke: theme.iteration, strokeWidth: 0.75 })];
}

/** Limits of a curve's axis of iterations, at least one iteration wide. */
function walkTable({ loss, floor, cosine, distance }: WalkFigureData): FigureTable {
  const named = { 'interpolated loss': loss, 'valley floor': floor, cosine, distance };
  const panels = Object.entries(named).flatMap(([title, curve]) =>
    curve ? [{ title, curves: [{ color: title, curve }] }] : [],
  );
  return linesTable(panels);
}

export function domainOf(...curves: readonly Curve[]): Domain {
  const filled = curves.filter((curve) => curve.x.length > 0);
  if (filled.length === 0) return [0, 1];
  const from = Math.min(...filled.map((curve) => curve.x[0]!));
  const to = Math.max(...filled.map((curve) => curve.x.at(-1)!));
  return to > from ? [from, to] : [from, from + 1];
}
