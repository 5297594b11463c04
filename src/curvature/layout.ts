import { allocate, formatType, sameShape, sizeOf, suggest, ThalwegError } from '../base/index.ts';
import type { HostTensor, Shape } from '../base/index.ts';
import type { Vector } from '../linop/index.ts';
import type { Model } from '../nn/index.ts';

/** The place of one parameter in a flat vector. */
export interface LayoutEntry {
  readonly name: string;
  readonly shape: Shape;
  /** Index of its first element. */
  readonly offset: number;
  /** Number of its elements, row-major. */
  readonly size: number;
}

/** Where each parameter lies in a flat vector, in the model's order; optionally only some parameters. */
export interface ParameterLayout {
  /** Length of the vector. */
  readonly size: number;
  readonly entries: readonly LayoutEntry[];
  /** A new vector, of the element type of the tensors; others than those of the layout are left out. */
  flatten(tensors: Readonly<Record<string, HostTensor>>): Vector;
  /** Tensors by name that are views of `vector`, of its element type. */
  unflatten(vector: Vector): Record<string, HostTensor>;
}

/**
 * The layout of a model's parameters in the model's order.
 *
 * @param selected parameters by name (`fc.weight`), or layers and blocks by the names their parameters begin with (`fc`,
 *   `layer3.0`); default: all parameters. The order of the list does not matter.
 * Throws `USAGE` for a name that selects nothing, and for an empty list.
 */
export function parameterLayout({ name: model, parameters }: Model, selected?: readonly string[]): ParameterLayout {
  const names = selectedNames(
    model,
    parameters.map(({ name }) => name),
    selected,
  );
  const entries: LayoutEntry[] = [];
  let size = 0;
  for (const { name, shape } of parameters) {
    if (!names.has(name)) continue;
    entries.push({ name, shape, offset: size, size: sizeOf(shape) });
    size += sizeOf(shape);
  }
  return { size, entries, flatten: (tensors) => flatten(entries, size, tensors), unflatten: viewsOf(entries, size) };
}

function selectedNames(model: string, names: readonly string[], selected?: readonly string[]): Set<string> {
  if (selected === undefined) return new Set(names);
  if (selected.length === 0) throw usage(`model ${model}: expected at least one parameter, got an empty list`);
  const chosen = new Set<string>();
  for (const wanted of selected) {
    const below = names.filter((name) => name === wanted || name.startsWith(`${wanted}.`));
    if (below.length === 0)
      throw usage(
        `model ${model}: expected a parameter, layer or block, got "${wanted}"; ${suggest(wanted, selectable(names))}`,
      );
    below.forEach((name) => chosen.add(name));
  }
  return chosen;
}

/** Names of parameters, and of the layers and blocks that hold them. */
const selectable = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => name.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.')))),
];

function flatten(entries: readonly LayoutEntry[], size: number, tensors: Readonly<Record<string, HostTensor>>): Vector {
  const dtype = tensors[entries[0]!.name]?.dtype === 'float64' ? 'float64' : 'float32';
  const vector = allocate(dtype, size);
  for (const { name, shape, offset } of entries) {
    const tensor = tensors[name];
    if (tensor?.dtype !== dtype || !sameShape(tensor.shape, shape))
      throw new ThalwegError(
        'RUNTIME_INPUT',
        `parameter "${name}": expected ${formatType({ dtype, shape })}, got ${tensor ? formatType(tensor) : 'nothing'}`,
      );
    vector.set(tensor.data as Vector, offset);
  }
  return vector;
}

const viewsOf =
  (entries: readonly LayoutEntry[], length: number) =>
  (vector: Vector): Record<string, HostTensor> => {
    if (vector.length !== length)
      throw new ThalwegError('RUNTIME_INPUT', `vector: expected ${length} elements, got ${vector.length}`);
    const dtype = vector instanceof Float64Array ? 'float64' : 'float32';
    return Object.fromEntries(
      entries.map(({ name, shape, offset, size }) => [
        name,
        { dtype, shape, data: vector.subarray(offset, offset + size) },
      ]),
    );
  };

const usage = (message: string): ThalwegError => new ThalwegError('USAGE', message);
