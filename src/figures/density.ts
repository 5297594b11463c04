import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { chosenIteration } from './chosen.ts';
import type { CurveColumns } from './curve.ts';
import { omittedNotes } from './omitted.ts';
import { lookOf, panelMargins, stackedFigure } from './panel.ts';
import type { FigureOptions, FigurePanel, FigureSpecification } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { tickLabel } from './ticks.ts';

/** What the figure of spectral densities shows. */
export interface DensityFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** The density of the Hessian's spectrum: coordinate λ, value per unit of eigenvalue; one spectrum for each iteration. */
  readonly density: CurveColumns;
}

interface Spectrum {
  readonly iteration: number;
  readonly lambda: readonly number[];
  readonly density: readonly number[];
}

/** Powers of ten that are drawn: below, a density by quadrature is its kernel's tail. */
const decades = 6;
/** Most ridgelines; the first and the last spectrum are among them. */
const mostRidges = 12;

/**
 * The spectral density of the Hessian: the chosen one, or the last that was measured in its window, on a logarithmic axis, six powers
 * of ten deep, where a note counts what is left out; and, where there are several, ridgelines over training with the same depth
 * each. Throws `NO_DATA` for an iteration that was not measured.
 */
export function densityFigure(data: DensityFigureData, options: FigureOptions = {}): FigureSpecification {
  const { title, subtitle } = data;
  const { width, theme } = lookOf(options);
  const spectra = spectraOf(data.density, options.window ?? [-Infinity, Infinity]);
  const panels: FigurePanel[] = [];
  if (spectra.length > 0) {
    const shown = chosenIteration('density', data.density, options);
    const spectrum = spectra.find(({ iteration }) => iteration === shown)!;
    panels.push(onePanel(spectrum, width, theme, spectra.length === 1));
  }
  if (spectra.length > 1) panels.push(ridgesPanel(chosen(spectra), spectra.length, width, theme));
  return stackedFigure('density', { title, subtitle }, { width, theme }, panels);
}

function spectraOf(
  { iteration, coordinate, value, length }: CurveColumns,
  [from, to]: readonly [number, number],
): Spectrum[] {
  const rows = new Map<number, [lambda: number, density: number][]>();
  for (let row = 0; row < length; row++) {
    const t = iteration[row]!;
    if (t < from || t > to) continue;
    const points = rows.get(t) ?? [];
    points.push([coordinate[row]!, value[row]!]);
    rows.set(t, points);
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([t, points]) => {
      const sorted = points.sort(([a], [b]) => a - b);
      return { iteration: t, lambda: sorted.map(([x]) => x), density: sorted.map(([, y]) => y) };
    });
}

/** Evenly chosen spectra, the first and the last among them. */
const chosen = (spectra: readonly Spectrum[]): Spectrum[] => {
  const count = Math.min(mostRidges, spectra.length);
  return Array.from(
    { length: count },
    (_, index) => spectra[Math.round((index * (spectra.length - 1)) / (count - 1))]!,
  );
};

const highest = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);

const axisX = (theme: FigureTheme, label: string | null): Markish =>
  Plot.axisX({
    label,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: 38,
    color: theme.muted,
    tickSize: 4,
  });

const margins = {
  marginLeft: panelMargins.left,
  marginRight: panelMargins.right,
  marginTop: panelMargins.top,
  marginBottom: panelMargins.bottom + 16,
};

function onePanel({ iteration, lambda, density }: Spectrum, width: number, theme: FigureTheme, alone: boolean) {
  const top = highest(density) || 1;
  const bottom = top / 10 ** decades;
  const height = 250;
  const plot: PlotOptions = {
    width,
    height,
    ...margins,
    x: { label: null, domain: [lambda[0]!, lambda.at(-1)!] },
    y: { type: 'log', domain: [bottom, top], label: null },
    marks: [
      Plot.gridY({ stroke: theme.grid, strokeOpacity: 1, ticks: decades }),
      Plot.line(
        { length: lambda.length },
        {
          x: [...lambda],
          y: density.map((value) => (value >= bottom ? value : NaN)),
          stroke: theme.loss,
          strokeWidth: 1.5,
        },
      ),
      axisX(theme, alone ? 'eigenvalue' : null),
      Plot.axisY({ color: theme.muted, tickSize: 0, ticks: decades, tickPadding: 8, tickFormat: tickLabel }),
    ],
  };
  return {
    title: `Spectral density of the Hessian at iteration ${iteration}`,
    unit: 'per unit of λ',
    legend: [],
    notes: notesOf(density, bottom),
    plot,
    height,
  };
}

/** What the axis leaves out. */
function notesOf(density: readonly number[], bottom: number): string[] {
  const notFinite = density.filter((value) => !Number.isFinite(value)).length;
  const lower = density.filter((value) => value < bottom).length;
  return [
    ...omittedNotes({ notFinite, notPositive: 0, beyond: 0 }),
    ...(lower > 0 ? [`${lower} of ${density.length} cells lie below the axis`] : []),
  ];
}

function ridgesPanel(spectra: readonly Spectrum[], measured: number, width: number, theme: FigureTheme): FigurePanel {
  const height = 60 + 34 * spectra.length;
  // Each ridge is two rows high, the newest in front and below.
  const rise = ({ density }: Spectrum): number[] => {
    const top = highest(density) || 1;
    return density.map((value) => Math.max(0, 1 + Math.log10(Math.max(value, 1e-300) / top) / decades));
  };
  const marks = spectra.map((spectrum, row) => {
    const base = spectra.length - 1 - row;
    const columns = { x: [...spectrum.lambda], y1: spectrum.lambda.map(() => base) };
    const y2 = rise(spectrum).map((share) => base + 2 * share);
    const points = { length: spectrum.lambda.length };
    return [
      Plot.areaY(points, { ...columns, y2, fill: theme.background, fillOpacity: 0.85 }),
      Plot.line(points, { x: columns.x, y: y2, stroke: theme.loss, strokeWidth: 1.1 }),
    ];
  });
  const low = Math.min(...spectra.map(({ lambda }) => lambda[0]!));
  const high = Math.max(...spectra.map(({ lambda }) => lambda.at(-1)!));
  const plot: PlotOptions = {
    width,
    height,
    ...margins,
    x: { label: null, domain: [low, high] },
    y: { label: null, domain: [0, spectra.length + 1.2] },
    marks: [
      ...marks.flat(),
      axisX(theme, 'eigenvalue'),
      Plot.axisY({
        color: theme.muted,
        tickSize: 0,
        tickPadding: 8,
        ticks: spectra.map((_, row) => row),
        tickFormat: (row: number) => String(spectra[spectra.length - 1 - row]?.iteration ?? ''),
      }),
    ],
  };
  const part = spectra.length < measured ? ` (${spectra.length} of ${measured} spectra)` : '';
  return {
    title: `Over training${part}`,
    unit: `iteration; six powers of ten each`,
    legend: [],
    notes: [],
    plot,
    height,
  };
}
