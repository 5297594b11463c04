import type { MetricsDatabase, MetricsStatement } from './metrics-database.ts';

/** The columns of `record` that hold real numbers. */
type RealColumn = 'coordinate' | 'value' | 'standard_error';

const scale = 2 ** 1023;

/**
 * True for numbers that the SQLite binding cuts to a whole number when they are bound: it takes everything less than 2⁻⁵²
 * above a whole number of 32 bits for one. These are the numbers in (0, 2⁻⁵²) and −1 + 2⁻⁵³, which became 0.
 */
export const isCutByBinding = (value: number): boolean =>
  !Number.isInteger(value) && Math.abs(value) < 2 ** 31 && Math.abs(value - Math.floor(value)) < Number.EPSILON;

/**
 * Prepares to store such a number in a row that exists: as a quotient of two numbers that are bound as they are. Both
 * the product and the quotient by a power of two are exact, also for subnormal numbers.
 */
export function prepareExactUpdate(
  database: MetricsDatabase,
): (column: RealColumn, seq: number, value: number) => void {
  const statements = new Map<RealColumn, MetricsStatement>();
  return (column, seq, value) => {
    let statement = statements.get(column);
    if (!statement) {
      statement = database.prepare(`UPDATE record SET ${column} = ? / ? WHERE seq = ?`);
      statements.set(column, statement);
    }
    statement.run(value * scale, scale, seq);
  };
}
