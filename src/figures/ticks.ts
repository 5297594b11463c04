import type { Domain, FittedAxis } from './axis.ts';

/** Ticks of an axis for `most` labels at most: their places, or their number where the places are left to Plot. */
export const ticksOf = ({ scale, domain }: FittedAxis, most: number): number[] | number =>
  scale === 'log' ? logTicks(domain, Math.max(2, most)) : Math.max(2, most);

/** Powers of ten, or 1-2-5 (then all digits) where fewer than two powers lie within the limits. */
function logTicks([low, high]: Domain, most: number): number[] {
  for (const digits of [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const ticks = multiples(digits, low, high);
    if (ticks.length >= 2) return everyNth(ticks, Math.ceil(ticks.length / most));
  }
  return [low, high].map((value) => Number(value.toPrecision(3)));
}

function multiples(digits: readonly number[], low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}

const everyNth = <T>(values: readonly T[], step: number): T[] => values.filter((_, index) => index % step === 0);

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number as it stands at a tick: `0.05`, `−3`, `10⁻⁵`, `2 × 10⁶`. */
export function tickLabel(value: number): string {
  if (value === 0) return '0';
  const power = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  if (power >= -4 && power < 6) return String(Number(value.toPrecision(6))).replace('-', '−');
  const digits = String(Number((value / 10 ** power).toPrecision(4))).replace('-', '−');
  const exponent = `${power < 0 ? '⁻' : ''}${String(Math.abs(power)).replace(/\d/g, (digit) => superscripts[Number(digit)]!)}`;
  return digits === '1' || digits === '−1' ? `${digits.replace('1', '10')}${exponent}` : `${digits} × 10${exponent}`;
}

/** A number in a legend or note: three significant digits. */
export const shortNumber = (value: number): string =>
  Number.isFinite(value)
    ? tickLabel(Number(value.toPrecision(3)))
    : String(value).replace('-', '−').replace('Infinity', '∞');
