import type { CompareRequest } from '../../../../src/contract/index.ts';
import { ask } from '../api.ts';
import { saveBlob } from '../save-figure.ts';
import type { CompareAddress } from './address.ts';
import { livingRuns } from './groups.ts';
import type { RunGroup } from './groups.ts';

/**
 * Saves every value of the groups in the window as CSV, thinned nowhere and with full precision: run, group, seed, series, iteration,
 * coordinate, place on the axis, value. Runs that are gone are not in it.
 */
export async function saveTable(
  { curves, x, window }: Pick<CompareAddress, 'curves' | 'x' | 'window'>,
  groups: readonly RunGroup[],
): Promise<void> {
  const living = groups.map((group) => ({ label: group.label, runs: livingRuns(group).map(({ id }) => id) }));
  const common = { x, groups: living, ...(window && { from: window[0], to: window[1] }) };
  const tables: string[] = [];
  for (const { series, coordinate } of curves) {
    const body: CompareRequest = { ...common, series, ...(coordinate !== null && { coordinate }) };
    tables.push(await (await ask('/compare/records.csv', { method: 'POST', body })).text());
  }
  saveBlob(new Blob(tables.map(withoutSecondHeader), { type: 'text/csv' }), 'compare.csv');
}

/** One header is enough for all series. */
const withoutSecondHeader = (table: string, index: number): string =>
  index === 0 ? table : table.slice(table.indexOf('\r\n') + 2);
