import type { RunStatus } from '../../../src/contract/index.ts';
import type { Unshown } from './plotted-curve.ts';

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const missing = '–';

/** A measured number in at most `digits` significant digits; what is not finite is named. */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return missing;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(digits - 2) : value.toPrecision(digits);
  return text.replace('-', '−').replace('e+', 'e');
}

/** A whole number with groups of three. */
export const whole = (value: number | null | undefined): string =>
  value == null ? missing : wholeNumber.format(value);

/** A share in [0, 1] as per cent. */
export const percent = (share: number | null | undefined, digits = 1): string =>
  share == null ? missing : `${(100 * share).toFixed(digits)} %`;

/** Seconds as "4.2 s", "3 min 05 s", "2 h 07 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const pad = (part: number): string => String(part).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** Records that lines cannot show, with the signs that mark them; nothing where there are none. */
export function unshownText(unshown: Unshown): string {
  const parts = [
    ['×', 'NaN', unshown.notANumber],
    ['▲', '+∞', unshown.infinite],
    ['▼', '−∞', unshown.negativeInfinite],
    ['○', 'zero or negative', unshown.notPositive],
  ] as const;
  const texts = parts
    .filter(([, , count]) => count > 0)
    .map(([sign, name, count]) => `${sign} ${whole(count)} ${name}`);
  return texts.length > 0 ? `in view, at the edges: ${texts.join(', ')}` : '';
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A moment in words: "12 seconds ago", "yesterday". */
export function ago(moment: string, now: number): string {
  const seconds = Math.min(0, (Date.parse(moment) - now) / 1000);
  const units = [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  for (const [unit, size] of units) if (-seconds >= size) return relative.format(Math.trunc(seconds / size), unit);
  return -seconds < 5 ? 'just now' : relative.format(Math.trunc(seconds), 'second');
}

export const clockTime = (time: number): string => new Date(time).toLocaleTimeString('en-GB');

export const statusNames: Readonly<Record<RunStatus, string>> = {
  created: 'Created',
  running: 'Running',
  finished: 'Finished',
  interrupted: 'Interrupted',
  failed: 'Failed',
};
