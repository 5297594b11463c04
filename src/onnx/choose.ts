import { suggest, ThalwegError } from '../base/index.ts';
import { invalid, quote } from './problem.ts';
import type { Initializer } from './roles.ts';

/** Names of parameters by patterns: `*` stands for any characters, `?` for one. */
export interface ParameterChoice {
  /**
   * Only parameters that match one of these (default: all). A pattern without `*` and `?` is a name: it makes a parameter of any
   * floating-point initializer but a running statistic, whatever it is used for.
   */
  readonly include?: readonly string[];
  /** None that match one of these; they stay constants. Default: none. */
  readonly exclude?: readonly string[];
}

/** Initializers by what becomes of them. */
export interface Chosen {
  readonly parameters: readonly Initializer[];
  /** Running statistics. */
  readonly buffers: readonly Initializer[];
  readonly constants: readonly Initializer[];
}

/**
 * Decides which initializers are trained: weights and operands ({@link Initializer.role}) as the patterns leave them. Throws
 * `USAGE` for a pattern that matches nothing, `ONNX_INVALID` for a parameter or statistic that is not finite.
 */
export function chooseParameters(initializers: readonly Initializer[], { include, exclude }: ParameterChoice): Chosen {
  const buffers = initializers.filter(({ role }) => role === 'statistic');
  const others = initializers.filter(({ role }) => role !== 'statistic');
  const names = others.map(({ name }) => name);
  const wanted = include?.map((pattern) => matcherOf(pattern, names));
  const unwanted = exclude?.map((pattern) => matcherOf(pattern, names));
  const isParameter = ({ name, role }: Initializer): boolean => {
    if (unwanted?.some(({ test }) => test(name))) return false;
    if (wanted?.some(({ isName, test }) => isName && test(name))) return true;
    return role !== 'constant' && (wanted?.some(({ test }) => test(name)) ?? true);
  };
  const parameters = others.filter(isParameter);
  [...parameters, ...buffers].forEach(requireFinite);
  return { parameters, buffers, constants: others.filter((initializer) => !isParameter(initializer)) };
}

interface Matcher {
  /** Whether the pattern is a name. */
  readonly isName: boolean;
  readonly test: (name: string) => boolean;
}

function matcherOf(pattern: string, names: readonly string[]): Matcher {
  const expression = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
  const test = (name: string): boolean => expression.test(name);
  if (!names.some(test))
    throw new ThalwegError(
      'USAGE',
      `parameters: expected a pattern that matches one, got ${quote(pattern)}; ${suggest(pattern, names)}`,
    );
  return { isName: !/[*?]/.test(pattern), test };
}

function requireFinite({ name, value }: Initializer): void {
  const data = value.data as Float32Array;
  const index = data.findIndex((element) => !Number.isFinite(element));
  if (index >= 0) throw invalid(`initializer ${quote(name)}`, `finite numbers, got ${data[index]} at element ${index}`);
}
