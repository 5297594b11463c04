import { formatType, type DType, type Shape } from '../base/index.ts';
import type { OnnxModel, OnnxValue, Tensor } from '../graph/index.ts';
import { cast } from '../ops/index.ts';
import { quote, unsupported } from './problem.ts';
import type { FloatType } from './values.ts';

/** What a network is given: one batch of examples. */
export interface NetworkInput {
  readonly name: string;
  /** Kind of number that the file takes. */
  readonly dtype: DType;
  /** Shape of one example. */
  readonly shape: Shape;
  /** The number of examples that the file was exported for; null: any. */
  readonly batch: number | null;
}

/**
 * The one input of a file, its first axis the examples. Throws `ONNX_UNSUPPORTED` for other numbers of inputs, and for axes
 * that neither the file nor `inputShape` gives a size.
 */
export function networkInput({ inputs }: OnnxModel, inputShape?: Shape): NetworkInput {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0)
    throw unsupported(
      'network',
      `one input, got ${inputs.length === 0 ? 'none' : inputs.map(({ name }) => quote(name)).join(', ')}`,
    );
  const { name, dtype, shape } = input;
  if (shape === null && inputShape === undefined)
    throw unsupported(
      subjectOf(input),
      'a shape, got a tensor of unknown rank; give the shape of one example (inputShape)',
    );
  const [batch, ...rest] = shape ?? [null, ...(inputShape ?? [])];
  if (batch === undefined) throw unsupported(subjectOf(input), 'an axis of examples, got a scalar');
  return { name, dtype, shape: exampleShape(input, rest, inputShape), batch: typeof batch === 'number' ? batch : null };
}

function exampleShape(input: OnnxValue, stated: readonly (number | string | null)[], given: Shape | undefined): Shape {
  const text = `[${stated.map((size) => size ?? '?').join(',')}]`;
  if (
    given &&
    (given.length !== stated.length || stated.some((size, axis) => typeof size === 'number' && size !== given[axis]))
  )
    throw unsupported(subjectOf(input), `examples ${text}, got inputShape [${given.join(',')}]`);
  return stated.map((size, axis) => {
    const known = typeof size === 'number' ? size : given?.[axis];
    if (known !== undefined && Number.isSafeInteger(known) && known > 0) return known;
    const which = typeof size === 'string' ? `${axis + 1} (${quote(size)})` : String(axis + 1);
    throw unsupported(
      subjectOf(input),
      `a size of axis ${which} of ${text}, got ${known ?? 'none'}; give the shape of one example (inputShape)`,
    );
  });
}

const subjectOf = ({ name }: OnnxValue): string => `input ${quote(name)}`;

/** Examples as the file takes them. */
export function asInput({ name, dtype, shape }: NetworkInput, x: Tensor, float: FloatType): Tensor {
  if (x.rank !== shape.length + 1 || shape.some((size, axis) => size !== x.shape[axis + 1]))
    throw unsupported(`input ${quote(name)}`, `a batch of examples [${shape.join(',')}], got ${formatType(x)}`);
  return cast(x, dtype === 'float32' || dtype === 'float64' ? float : dtype);
}
