import { formatType, invariant, ThalwegError, type TensorType } from '../base/index.ts';
import { Tensor, type Attributes, type Origin } from '../graph/index.ts';
import type { OperatorDefinition } from './definition.ts';
import { normalAxis } from './infer.ts';
import { userFrame } from './origin.ts';

const definitions = new Map<string, OperatorDefinition>();

/** Adds an operator. Its name must be new. */
export function define<D extends OperatorDefinition>(definition: D): D {
  invariant(!definitions.has(definition.name), `operator ${definition.name} is defined twice`);
  definitions.set(definition.name, definition);
  return definition;
}

/** The definition of an operator of the set. */
export function definitionOf(operator: string): OperatorDefinition {
  const definition = definitions.get(operator);
  invariant(definition, `operator ${operator} has no definition`);
  return definition;
}

/** Names of all operators. */
export const operatorNames = (): string[] => [...definitions.keys()].sort();

let inherited: Origin | undefined;

/** Runs `build`; what it creates is attributed to the code that created `source`, not to the transform that runs now. */
export function onBehalfOf<T>(source: Pick<Tensor, 'origin'>, build: () => T): T {
  const before = inherited;
  inherited = source.origin;
  try {
    return build();
  } finally {
    inherited = before;
  }
}

/** Applies an operator: infers the type of the result and makes the symbolic tensor. */
export function apply(operator: string, inputs: readonly Tensor[], attributes: Attributes = {}): Tensor {
  // An Error keeps its stack unformatted until it is read, which makes it the cheapest record of a place.
  const origin = inherited ?? new Error(operator);
  return new Tensor(operator, inputs, attributes, inferType(operator, inputs, attributes, origin), origin);
}

/** The type an operator gives these inputs. */
export const inferType = (
  operator: string,
  inputs: readonly TensorType[],
  attributes: Attributes,
  origin: Origin,
): TensorType => explained(operator, inputs, () => definitionOf(operator).infer(inputs, attributes), origin);

/** An axis of `x` that is given to `operator`, counted from the front; negative axes count from the back. */
export const axisOf = (operator: string, x: TensorType, axis: number): number =>
  explained(operator, [x], () => normalAxis(axis, x.shape.length));

/** Runs `check`; errors name the operator, the inputs and the line of user code. */
export function explained<T>(operator: string, inputs: readonly TensorType[], check: () => T, origin?: Origin): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code === 'INTERNAL') throw error;
    const came = inputs.map(formatType).join(' and ') || 'nothing';
    throw new ThalwegError(error.code, `${operator}: ${error.message}, got ${came}${atUserLine(origin)}`, {
      cause: error,
    });
  }
}

/** ` (at file:line:column)`: where user code made what `origin` belongs to, by default what it does now; `''` if that is unknown. */
export function atUserLine(origin: Origin = inherited ?? new Error()): string {
  const frame = origin.place ?? userFrame(origin.stack);
  return frame ? ` (at ${frame})` : '';
}
