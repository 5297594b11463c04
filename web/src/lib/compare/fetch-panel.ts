import { decodeCurveWindow } from '../../../../src/contract/index.ts';
import type { CurveWindow } from '../../../../src/contract/index.ts';
import { decimateRows } from '../../../../src/figures/index.ts';
import type { Grid } from '../../../../src/figures/index.ts';
import { ask } from '../api.ts';
import { runAddress } from '../routes.ts';
import type { Range } from '../windows.ts';
import type { CurveChoice } from './address.ts';
import { meanWindow } from './means.ts';
import type { PanelData, RunWindow } from './panel-data.ts';
import type { PanelRequest } from './panel-source.svelte.ts';
import { columnsOf } from './request.ts';

/** Requests at a time: browsers keep six connections to a server, of which one carries events. */
const atOnce = 4;
/** Columns of a window of which a mean is taken: so many that up to twice as many values come one by one. */
const columnsOfMeans = 20_000;

/** The curves and means that a panel draws. */
export async function fetchPanel(curve: CurveChoice, request: PanelRequest, signal: AbortSignal): Promise<PanelData> {
  const ofMeans = new Set(request.groups.flatMap(({ runs }) => runs));
  const ids = [...new Set([...request.runs, ...ofMeans])];
  const { columns } = columnsOf(request.pixels, request);
  const windows = new Map<string, RunWindow>();
  const problems = new Map<string, string>();
  await each(ids, async (id) => {
    try {
      const answer = await ask(pathOf(id, curve, request, ofMeans.has(id) ? columnsOfMeans : columns), { signal });
      windows.set(id, runWindow(decodeCurveWindow(await answer.arrayBuffer())));
    } catch (error) {
      if (signal.aborted) throw error;
      problems.set(id, (error as Error).message);
    }
  });
  const extent = extentOf([...windows.values()]);
  const range = request.address.window ?? extent ?? ([0, 1] as const);
  const { band, xScale, yScale } = request.address;
  const options = { band, xScale, yScale, columns: request.pixels };
  const means = request.groups.map(({ label, runs }) => {
    const members = runs.flatMap((id) => windows.get(id) ?? []);
    return [label, meanWindow(members, { ...options, range })] as const;
  });
  const grid = { from: range[0], to: range[1], pixels: columns, x: xScale, y: yScale };
  const drawn = [...windows].map(([id, window]) => [id, ofMeans.has(id) ? thinned(window, grid) : window] as const);
  return { windows: new Map(drawn), problems, extent, means: new Map(means) };
}

function pathOf(id: string, { series, coordinate }: CurveChoice, { address }: PanelRequest, pixels: number): string {
  const { x, xScale, yScale, window } = address;
  const query = new URLSearchParams({ x, xScale, yScale, pixels: String(pixels) });
  if (coordinate !== null) query.set('coordinate', String(coordinate));
  if (window) {
    query.set('from', String(window[0]));
    query.set('to', String(window[1]));
  }
  return `${runAddress(id)}/curves/${series}?${query}`;
}

const runWindow = (window: CurveWindow): RunWindow => ({
  ...window,
  counts: {
    notANumber: window.notANumber,
    infinite: window.infinite,
    negativeInfinite: window.negativeInfinite,
    notPositive: window.notPositive,
  },
});

/** A window that was read for a mean, as it is drawn. */
function thinned(window: RunWindow, grid: Grid): RunWindow {
  const kept = decimateRows(window, grid);
  const column = (values: Float64Array): Float64Array => Float64Array.from(kept, (row) => values[row]!);
  const { x, y, iteration, coordinate } = window;
  const columns = { x: column(x), y: column(y), iteration: column(iteration), coordinate: column(coordinate) };
  return { ...window, ...columns, length: kept.length };
}

function extentOf(windows: readonly RunWindow[]): Range | null {
  const known = windows.filter(({ first }) => Number.isFinite(first));
  if (known.length === 0) return null;
  return [Math.min(...known.map(({ first }) => first)), Math.max(...known.map(({ last }) => last))];
}

/** Does the work for every item, a few at a time. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
