import type { JsonNumber, LedgerEntry } from '../contract/index.ts';

/** A number of a ledger with three significant digits, a true minus sign, and a dash for none. */
export function numberText(value: JsonNumber | null): string {
  if (value === null) return '–';
  const number = Number(value);
  if (!Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5) ? number.toExponential(2) : String(Number(number.toPrecision(3)));
  return text.replaceAll('-', '−');
}

/** The result of a claim in one line. */
export function resultText(entry: LedgerEntry): string {
  const { n, pValue, adjusted, interval } = entry;
  const same = interval !== null && interval[0] === interval[1] ? ' (the same for every seed)' : '';
  return `${effectText(entry)}${same}, n = ${n}, p = ${pText(pValue)}, after Holm ${pText(adjusted)}`;
}

/** `0.31 [0.22, 0.4]` */
export const effectText = ({ effect, interval }: LedgerEntry): string =>
  effect === null || interval === null
    ? '–'
    : `${numberText(effect)} [${numberText(interval[0])}, ${numberText(interval[1])}]`;

/** A p-value: `< 0.001` below that. */
export const pText = (p: number | null): string =>
  p === null ? '–' : p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(2)));

/** `3 min 20 s`, `1 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

export const smokeWarning =
  'A smoke result: networks, data and lengths are far too small for the claims. It shows that everything works, not what is true.';

/** The command that makes one claim again. */
export const commandOf = ({ id }: Pick<LedgerEntry, 'id'>, scale: string): string =>
  `npx thalweg reproduce ${id.split('-')[0]!} --scale ${scale} --only ${id} --report report`;
