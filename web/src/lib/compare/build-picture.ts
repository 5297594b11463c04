import type { FigureTheme, ValueMark } from '../../../../src/figures/index.ts';
import type { CompareAddress, Drawing } from './address.ts';
import { livingRuns, lookOf } from './groups.ts';
import type { GroupLooks, Grouping, RunGroup } from './groups.ts';
import { addCounts, countMarks, marksOf, noneOffScale } from './picture.ts';
import type { Picture, PictureCurve } from './picture.ts';
import type { MeanWindow, PanelData } from './panel-data.ts';
import { smoothed } from './smoothing.ts';

const meanWidth = 2;
const runWidth = 1.5;
/** Beside a smoothed curve the raw one stays in sight. */
const behindSmoothed = 0.35;

/** What of a group is drawn: a group of which one run is left is that run. */
export function drawingOf(drawing: Drawing, group: RunGroup): { readonly mean: boolean; readonly runs: boolean } {
  const isMany = livingRuns(group).length > 1;
  return { mean: isMany && drawing !== 'runs', runs: !isMany || drawing !== 'mean' };
}

/** Single lines get thinner and let more through, the more there are. */
export const lineLook = (count: number): { readonly width: number; readonly opacity: number } => ({
  width: count > 100 ? 0.75 : count > 20 ? 1 : runWidth,
  opacity: count > 20 ? Math.max(0.12, Math.min(1, 6 / Math.sqrt(count))) : 1,
});

/**
 * What a panel draws: of each group that is not switched off its runs, its mean, or both; runs that were deleted while they were
 * looked at in grey. Curves of runs come first, so that means lie over them.
 */
export function buildPicture(
  grouping: Grouping,
  looks: GroupLooks,
  data: PanelData,
  address: Pick<CompareAddress, 'drawing' | 'hidden' | 'smoothing' | 'xScale' | 'yScale'>,
  theme: FigureTheme,
): Picture {
  const lines: PictureCurve[] = [];
  const means: PictureCurve[] = [];
  let counts = noneOffScale;
  let leftOut = 0;
  const shown = grouping.groups.filter(({ label }) => !address.hidden.includes(label));
  const single = lineLook(
    shown.reduce((sum, group) => sum + (drawingOf(address.drawing, group).runs ? group.runs.length : 0), 0),
  );
  grouping.groups.forEach((group, index) => {
    if (!shown.includes(group)) return;
    const drawn = drawingOf(address.drawing, group);
    const look = { group: index, ...lookOf(looks, group) };
    const mean = drawn.mean ? data.means.get(group.label) : undefined;
    if (drawn.runs) {
      for (const run of group.runs) {
        const window = data.windows.get(run.id);
        if (!window) continue;
        counts = addCounts(counts, window.counts);
        const color = run.entry === null ? theme.muted : look.color;
        const opacity = mean ? Math.min(0.3, single.opacity) : single.opacity;
        const marks = marksOf(window, address.yScale);
        const line = { ...look, ...single, color, opacity, marks, band: null, counts: null };
        lines.push({ ...line, run: run.id, data: window, found: true });
      }
    }
    if (!mean) return;
    const found = marksOf(mean.data, address.yScale);
    counts = addCounts(counts, countMarks(found));
    const gaps = drawn.runs ? [] : leftOutMarks(mean);
    leftOut += gaps.length;
    const marks = [...found, ...gaps];
    const line = { ...look, width: meanWidth, opacity: 1, marks, band: mean.band, counts: mean.counts };
    means.push({ ...line, run: null, data: mean.data, found: true });
  });
  const curves = [...lines, ...means];
  return {
    curves: withSmoothed(curves, address.smoothing),
    xScale: address.xScale,
    yScale: address.yScale,
    counts,
    leftOut,
  };
}

/** Places at which a mean that has a height leaves out some of its runs. */
function leftOutMarks({ data, leftOut }: MeanWindow): ValueMark[] {
  const places = Array.from({ length: data.length }, (_, row) => row).filter((row) => leftOut[row]! > 0);
  return places
    .filter((row) => Number.isFinite(data.y[row]))
    .map((row) => ({ kind: 'notANumber', x: data.x[row]!, beside: data.y[row]! }));
}

/** With each curve its smoothed one, before which the raw curve steps back but stays. */
function withSmoothed(curves: readonly PictureCurve[], share: number): PictureCurve[] {
  if (share === 0) return [...curves];
  return [
    ...curves.map((curve) => ({ ...curve, opacity: behindSmoothed * curve.opacity })),
    ...curves.map((curve) => ({
      ...curve,
      data: { ...curve.data, y: smoothed(curve.data.y.subarray(0, curve.data.length), share) },
      band: null,
      found: false,
    })),
  ];
}
