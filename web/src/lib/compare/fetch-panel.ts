import { decodeComparison } from '../../../../src/contract/index.ts';
import type { Comparison, CompareRequest, GroupMean, RunCurve } from '../../../../src/contract/index.ts';
import { ask } from '../api.ts';
import type { Range } from '../windows.ts';
import type { CurveChoice } from './address.ts';
import type { MeanWindow, PanelData, RunWindow } from './panel-data.ts';
import type { PanelRequest } from './panel-source.svelte.ts';
import { columnsOf, meanColumns } from './request.ts';

/** The curves and means that a panel draws. */
export async function fetchPanel(curve: CurveChoice, request: PanelRequest, signal: AbortSignal): Promise<PanelData> {
  const { window, band, ...axes } = request.address;
  const common = { ...axes, series: curve.series, ...(curve.coordinate !== null && { coordinate: curve.coordinate }) };
  const inWindow = { ...common, ...(window && { from: window[0], to: window[1] }) };
  const everyRun = [...request.runs, ...request.groups.flatMap(({ runs }) => runs)];
  const none: CompareRequest = { ...common, pixels: 1 };
  const [curves, means, everything] = await Promise.all([
    compare({ ...inWindow, pixels: columnsOf(request.pixels, request).columns, runs: [...request.runs] }, signal),
    request.groups.length === 0
      ? null
      : compare({ ...inWindow, band, pixels: meanColumns(request), groups: groupsOf(request) }, signal),
    window && compare({ ...none, groups: [{ label: '', runs: everyRun }] }, signal),
  ]);
  const ends = everything ? [everything] : [curves, ...(means ? [means] : [])];
  return {
    windows: new Map(curves.runs.map((answer) => [answer.run, runWindow(answer)])),
    means: new Map(means?.groups.map((group) => [group.label, meanOf(group, band === 'none')])),
    problems: new Map([...curves.problems, ...(means?.problems ?? [])].map(({ run, message }) => [run, message])),
    extent: extentOf(ends),
  };
}

const groupsOf = ({ groups }: PanelRequest): NonNullable<CompareRequest['groups']> =>
  groups.map(({ label, runs }) => ({ label, runs: [...runs] }));

async function compare(body: CompareRequest, signal: AbortSignal): Promise<Comparison> {
  const answer = await ask('/compare', { method: 'POST', body, signal });
  return decodeComparison(await answer.arrayBuffer());
}

function extentOf(answers: readonly Comparison[]): Range | null {
  const known = answers.filter(({ from, to }) => from <= to);
  if (known.length === 0) return null;
  return [Math.min(...known.map(({ from }) => from)), Math.max(...known.map(({ to }) => to))];
}

const runWindow = (curve: RunCurve): RunWindow => ({
  ...curve,
  counts: {
    notANumber: curve.notANumber,
    infinite: curve.infinite,
    negativeInfinite: curve.negativeInfinite,
    notPositive: curve.notPositive,
  },
});

/** A mean as a curve: each of its rows is a place that was measured. */
const meanOf = ({ length, x, mean, low, high, count, notFinite }: GroupMean, isBare: boolean): MeanWindow => ({
  data: { length, x, y: mean, iteration: x, coordinate: new Float64Array(length).fill(NaN) },
  band: isBare ? null : { lower: low, upper: high },
  counts: count,
  leftOut: notFinite,
});
