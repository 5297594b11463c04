/** Numbers and times as people read them. */

const missing = '–';

/** Four significant digits; `–` for a number that was not measured. */
export function formatNumber(value: number | null): string {
  if (value === null) return missing;
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(3)
    : String(Number(value.toPrecision(4)));
}

/** A share as per cent with two decimals. */
export const formatShare = (value: number | null): string =>
  value === null ? missing : `${(100 * value).toFixed(2)} %`;

/** A share of a cost: `12 %`, `0.4 %`. */
export const formatPercent = (share: number): string =>
  `${share > 0 && share < 0.095 ? Number((100 * share).toPrecision(1)) : Math.round(100 * share)} %`;

/** A duration that may be short: `0.02 s`, `4.1 s`, from a minute on as a clock. */
export const formatSeconds = (seconds: number): string =>
  seconds < 60 ? `${Number(seconds.toPrecision(2))} s` : formatClock(seconds);

/** `0:07`, `12:30`, `3:02:01`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

const ages: readonly (readonly [limit: number, unit: number, name: string])[] = [
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [Infinity, 86_400, 'd'],
];

/** How long ago an ISO time was: `now`, `5 min ago`, `3 h ago`, `12 d ago`. */
export function formatAge(time: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(time)) / 1000;
  if (seconds < 60) return 'now';
  const [, unit, name] = ages.find(([limit]) => seconds < limit)!;
  return `${Math.floor(seconds / unit)} ${name} ago`;
}

/** `0 B`, `512 B`, `9.9 MB`: powers of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[power]}`;
}

/** A word of a shell command, quoted where it must be. */
export const shellWord = (text: string): string =>
  /^[\w./~:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A command to copy: `thalweg show <run>`, with `--runs` where the runs do not lie in the default folder. */
export function commandLine(words: readonly string[], runs?: string): string {
  return ['thalweg', ...words, ...(runs === undefined ? [] : ['--runs', runs])].map(shellWord).join(' ');
}
