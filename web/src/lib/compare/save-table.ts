import { ask } from '../api.ts';
import { runAddress } from '../routes.ts';
import { saveBlob } from '../save-figure.ts';
import type { Range } from '../windows.ts';
import { curveName } from './address.ts';
import type { CurveChoice } from './address.ts';
import type { RunGroup } from './groups.ts';
import type { PanelData, RunWindow } from './panel-data.ts';

/** Field of a table of records that holds the coordinate. */
const coordinateField = 3;

/** What is saved. */
export interface TableRequest {
  readonly curves: readonly CurveChoice[];
  /** Those that are shown. */
  readonly groups: readonly RunGroup[];
  readonly window: Range | null;
}

/**
 * Saves every value that the window holds, thinned nowhere and with full precision, as CSV: the columns of a run's table, and before them
 * the run and its group. Runs that are gone are not in it.
 */
export async function saveTable(request: TableRequest, data: ReadonlyMap<string, PanelData>): Promise<void> {
  const tables = request.curves.flatMap((curve) =>
    request.groups.flatMap((group) =>
      group.runs.flatMap(({ id }) => {
        const window = data.get(curveName(curve))?.windows.get(id);
        return window && window.inWindow > 0 ? [{ curve, group, id, window, lines: [] as string[] }] : [];
      }),
    ),
  );
  let header = '';
  await each(tables, async (table) => {
    const [first = '', ...lines] = await linesOf(
      table.id,
      table.curve,
      request.window && iterationsOf(table.window, request.window),
    );
    header = first;
    const chosen = table.curve.coordinate;
    const kept = lines.filter((line) => chosen === null || Number(line.split(',')[coordinateField]) === chosen);
    const before = `${field(table.id)},${field(table.group.label)},`;
    table.lines.push(...kept.map((line) => before + line));
  });
  const text = [`run,group,${header}`, ...tables.flatMap(({ lines }) => lines), ''].join('\r\n');
  saveBlob(new Blob([text], { type: 'text/csv' }), 'compare.csv');
}

async function linesOf(id: string, { series }: CurveChoice, iterations: Range | null): Promise<string[]> {
  const query = iterations ? `?fromIteration=${iterations[0]}&toIteration=${iterations[1]}` : '';
  const answer = await ask(`${runAddress(id)}/series/${series}/records.csv${query}`);
  return (await answer.text()).split('\r\n').filter((line) => line !== '');
}

/** First and last iteration of a window: thinning keeps both ends. */
function iterationsOf({ x, iteration, length }: RunWindow, [from, to]: Range): Range {
  let [first, last] = [Infinity, -Infinity];
  for (let row = 0; row < length; row++) {
    if (x[row]! < from || x[row]! > to || Number.isNaN(iteration[row]!)) continue;
    first = Math.min(first, iteration[row]!);
    last = Math.max(last, iteration[row]!);
  }
  return [first, last];
}

/** A field of CSV (RFC 4180). */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Requests at a time. */
const atOnce = 4;

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
