import type { Ledger, LedgerEntry } from '../../../../src/contract/index.ts';

/** A claim with where it was judged. */
export interface JudgedClaim extends LedgerEntry {
  readonly paper: string;
  readonly scale: Ledger['scale'];
}

/** The ledgers of the repository's reports, as they are when the site is built. */
const ledgers = import.meta.glob<readonly Ledger[]>('../../../../docs/reports/*/*/ledger.json', { import: 'default' });

/** The claims of some rows, in the order of their ledgers; results that only test the machinery are left out. */
export async function judgedClaims(rows: readonly string[]): Promise<JudgedClaim[]> {
  const read = await Promise.all(Object.values(ledgers).map((load) => load()));
  return read
    .flat()
    .flatMap(({ paper, scale, claims }) => claims.map((claim) => ({ ...claim, paper, scale })))
    .filter(({ row, smoke }) => rows.includes(row) && !smoke);
}
