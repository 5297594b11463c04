import { suggest, ThalwegError } from '../base/index.ts';

/** Readers of option values. Each throws `USAGE` with the option, what it expects, and what came. */
type Reader<T> = (text: string) => T;

/** One of a few names. */
export const oneOf =
  <Name extends string>(option: string, names: readonly Name[]): Reader<Name> =>
  (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new ThalwegError('USAGE', `${option}: unknown value ${JSON.stringify(text)}, ${suggest(text, names)}`);
  };

/** A device, or the best that is there. */
export const device = oneOf('--device', ['cpu', 'webgpu', 'cuda', 'auto']);

/** A whole number in `[from, to]`. */
export const integer =
  (option: string, from: number, to: number = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= from && value <= to) return value;
    const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
    throw new ThalwegError('USAGE', `${option}: expected a whole number ${range}, got ${JSON.stringify(text)}`);
  };

/** A finite number of at least `from`. */
export const real =
  (option: string, from = -Infinity): Reader<number> =>
  (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if (value >= from && Number.isFinite(value)) return value;
    const range = from === -Infinity ? '' : ` of at least ${from}`;
    throw new ThalwegError('USAGE', `${option}: expected a number${range}, got ${JSON.stringify(text)}`);
  };

/** A run, its newest checkpoint meant, or `run@iteration`. */
export function checkpoint(text: string): { readonly run: string; readonly at: number | 'last' } {
  const [run = '', at = 'last', ...rest] = text.split('@');
  if (run !== '' && rest.length === 0 && /^(last|\d{1,15})$/.test(at))
    return { run, at: at === 'last' ? at : Number(at) };
  throw new ThalwegError('USAGE', `checkpoint: expected a run or run@iteration, got ${JSON.stringify(text)}`);
}

/** An iteration, or `last`. */
export const place: Reader<number | 'last'> = (text) => {
  if (text === 'last') return text;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ThalwegError('USAGE', `--at: expected an iteration or last, got ${JSON.stringify(text)}`);
};

/** A number of bytes: `500MB`, `2GB`, `1.5 GiB`. */
export const memory: Reader<number> = (text) => {
  const match = /^(\d+(?:\.\d+)?)\s*(k|M|G|T)?(i)?B?$/i.exec(text);
  const power = ['', 'K', 'M', 'G', 'T'].indexOf((match?.[2] ?? '').toUpperCase());
  const bytes = Number(match?.[1]) * (match?.[3] === undefined ? 1000 : 1024) ** power;
  if (bytes > 0 && Number.isFinite(bytes)) return bytes;
  throw new ThalwegError('USAGE', `--memory: expected a size such as 500MB or 2GB, got ${JSON.stringify(text)}`);
};

/** `all` or a number of examples. */
export const examples: Reader<number | 'all'> = (text) => (text === 'all' ? text : integer('--examples', 1)(text));

/** `auto` or a number of threads. */
export const threads: Reader<number | 'auto'> = (text) =>
  text === 'auto' ? text : integer('--threads', 1, 1024)(text);

/** `from..to`, both ends included. */
export const range =
  (option: string): Reader<readonly [number, number]> =>
  (text) => {
    const match = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text);
    if (match) return [Number(match[1]), Number(match[2])];
    throw new ThalwegError('USAGE', `${option}: expected from..to such as 0..40, got ${JSON.stringify(text)}`);
  };

/** Collects the values of an option that may be given again. */
export const collect = (text: string, earlier: readonly string[] = []): string[] => [...earlier, text];

/** The options that the user gave, so that no undefined hides a default. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
