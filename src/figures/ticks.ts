import type { Domain, FittedAxis } from './axis.ts';

/** Ticks of an axis for `most` labels at most: their places, or their number where the places are left to Plot. */
export const ticksOf = ({ scale, domain }: FittedAxis, most: number): number[] | number =>
  scale === 'log' ? logTicks(domain, Math.max(2, most)) : Math.max(2, most);

/**
 * Powers of ten where at least three lie within the limits (or two, where 1-2-5 would crowd); else 1-2-5, then all digits, then
 * even steps.
 */
function logTicks([low, high]: Domain, most: number): number[] {
  const powers = multiples([1], low, high);
  const some = multiples([1, 2, 5], low, high);
  if (powers.length >= 3 || (powers.length === 2 && some.length > most + 1)) return thinned(powers, most);
  if (some.length >= 3) return thinned(some, most + 1);
  const all = multiples([1, 2, 3, 4, 5, 6, 7, 8, 9], low, high);
  return all.length >= 3 ? thinned(all, most) : evenTicks(low, high, most);
}

/** Multiples of the smallest step of 1, 2 or 5 times a power of ten that gives at most `most` of them. */
function evenTicks(low: number, high: number, most: number): number[] {
  const least = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * [1, 2, 5, 10].find((digit) => digit * power >= least)!;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function multiples(digits: readonly number[], low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}

const thinned = (ticks: readonly number[], most: number): number[] =>
  ticks.filter((_, index) => index % Math.ceil(ticks.length / most) === 0);

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
