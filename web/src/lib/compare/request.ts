import type { CurveAxis } from '../../../../src/contract/index.ts';
import type { Range } from '../windows.ts';
import type { CompareAddress } from './address.ts';
import { drawingOf } from './build-picture.ts';
import { livingRuns } from './groups.ts';
import type { Grouping } from './groups.ts';
import type { PanelRequest } from './panel-source.svelte.ts';

/** Widths are asked for in these steps, so that a scroll bar does not ask anew. */
const widthStep = 50;
const leastColumns = 100;
/** Columns of all lines together: more would take long to send and to draw. */
const mostColumns = 200_000;

/** What the panels need for what the address says. Runs that are gone are not asked for. */
export function panelRequest(
  address: CompareAddress,
  { groups }: Grouping,
  window: Range | null,
  width: number,
): PanelRequest {
  const { x, xScale, yScale, band, drawing, curves } = address;
  const living = groups.map((group) => ({ ...group, runs: livingRuns(group) })).filter(({ runs }) => runs.length > 0);
  const idsOf = (group: (typeof living)[number]): string[] => group.runs.map(({ id }) => id);
  return {
    curves,
    address: { x, xScale, yScale, window, band },
    pixels: Math.max(leastColumns, Math.ceil(width / widthStep) * widthStep),
    runs: living.filter((group) => drawingOf(drawing, group).runs).flatMap(idsOf),
    groups: living
      .filter((group) => drawingOf(drawing, group).mean)
      .map((group) => ({ label: group.label, runs: idsOf(group) })),
  };
}

/** Columns that each line is asked for, and how many pixels each stands for (1: one). */
export function columnsOf(
  width: number,
  { runs, pixels }: Pick<PanelRequest, 'runs' | 'pixels'>,
): { readonly columns: number; readonly coarse: number } {
  const columns = Math.max(leastColumns, Math.min(pixels, Math.floor(mostColumns / Math.max(1, runs.length))));
  return { columns, coarse: Math.max(1, Math.round(width / columns)) };
}

/** Over these, runs of a group are measured at the same places; over time and path each stands elsewhere. */
const sharedAxes: readonly CurveAxis[] = ['iteration', 'epoch'];
/** Columns over time and path, wide enough that a column has the values of most runs. */
const columnsApart = 120;

/** Columns in each of which the mean of a group is taken. */
export const meanColumns = ({ address, pixels }: PanelRequest): number =>
  sharedAxes.includes(address.x) ? pixels : Math.min(pixels, columnsApart);
