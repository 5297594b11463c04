import { isFloat, ThalwegError } from '../base/index.ts';
import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import {
  add,
  atUserLine,
  definitionOf,
  onBehalfOf,
  zerosLike,
  type ExampleGradients,
  type PerExampleRule,
} from '../ops/index.ts';
import { explicitIn, secondMoments } from './example-gradients.ts';
import { examplesIn } from './examples.ts';
import { pullEach } from './pull-each.ts';
import { cotangentsOf, pullback, requireDifferentiable, requireTypes } from './reverse.ts';

/** The gradient of each example in one parameter. */
export interface ParameterGradients {
  /** In the parameter, or in what has its elements in another order: norms and inner products are the same. */
  readonly each: ExampleGradients;
  /** `Σ_i (g_i)_k²` of the parameter's shape: a sum over examples. */
  secondMoments(): Tensor;
  /** g_i: [n, …shape of the parameter]. */
  explicit(): Tensor;
}

/** Where a parameter meets the examples: `operand`, the parameter or what is made of it, goes into `node`. */
interface Entry {
  readonly node: Tensor;
  readonly operand: Tensor;
  readonly rule: PerExampleRule;
}

/**
 * Vector-Jacobian products of every example apart: `g_i = (∂y_i/∂θ)ᵀ u_i` for all rows i of `output` at once, without a loop
 * over examples.
 *
 * One reverse walk gives the cotangents at the operators where parameters meet examples; their per-example rules give the
 * gradients, mostly as factors (a linear layer's is the product of a row of its input and a row of its cotangent). Axis 0 of
 * `examples` and of `output` counts examples; that no operator mixes them is checked along the whole graph.
 *
 * @param output y [n, …]: scores or losses of each example
 * @param parameters θ by name, the same for all examples. A parameter that meets them in several places, or by way of
 *   element-wise operators (γ of batch normalisation in evaluation does both), has explicit gradients
 * @param examples what holds one row for each example: inputs and labels
 * @returns for a cotangent u [n, …] of y, the gradients by parameter
 * Throws `NO_PER_EXAMPLE_RULE` with the operator in which examples meet, or the parameter and the operator without a rule.
 */
export function perExampleGradients(
  output: Tensor,
  parameters: Readonly<Record<string, Tensor>>,
  examples: readonly Tensor[],
): (cotangent: Tensor) => Record<string, ParameterGradients> {
  Object.values(parameters).forEach(requireDifferentiable);
  const order = topologicalOrder([output]);
  const carriers = examplesIn([output], examples);
  if (!carriers.has(output))
    throw new ThalwegError(
      'NO_PER_EXAMPLE_RULE',
      `per-example derivatives: expected an output with a row for each example, got ${output.toString()}, which depends on none${atUserLine(output.origin)}`,
    );
  const entries = Object.entries(parameters).map(
    ([name, parameter]) => [name, parameter, entriesOf(name, parameter, order, carriers)] as const,
  );
  const nodes = [...new Set(entries.flatMap(([, , found]) => found.map(({ node }) => node)))];
  return (cotangent) => {
    requireTypes('per-example derivatives', [output], [cotangent]);
    const bar = cotangentsOf([output], [cotangent], nodes, new Set());
    const gradientIn = ({ node, rule }: Entry): ExampleGradients =>
      onBehalfOf(node, () => rule(bar.get(node) ?? zerosLike(node)));
    const gradients = entries.map(([name, parameter, found]) => {
      const parts = found.map((entry) => ({ operand: entry.operand, each: gradientIn(entry) }));
      return [name, inParameter(parameter, parts, output.shape[0]!)] as const;
    });
    return Object.fromEntries(gradients);
  };
}

/** All places where a parameter, or what is made of it and shared by all examples, meets the examples. */
function entriesOf(
  name: string,
  parameter: Tensor,
  order: readonly Tensor[],
  carriers: ReadonlySet<Tensor>,
): readonly Entry[] {
  const dependent = dependents(order, [parameter]);
  const entries: Entry[] = [];
  for (const node of order.filter((tensor) => carriers.has(tensor)))
    node.inputs.forEach((operand, index) => {
      if (!dependent.has(operand) || carriers.has(operand) || !isFloat(operand.dtype)) return;
      const rule = onBehalfOf(node, () => definitionOf(node.operator).perExample?.(node, index));
      if (!rule)
        throw new ThalwegError(
          'NO_PER_EXAMPLE_RULE',
          `per-example derivatives: expected parameter "${name}" to enter an operator with a per-example rule for operand ${index}, got ${node.toString()}${atUserLine(node.origin)}`,
        );
      entries.push({ node, operand, rule });
    });
  return entries;
}

type Part = { readonly operand: Tensor; readonly each: ExampleGradients };

/** Gradients in a parameter from those in what is made of it. */
function inParameter(parameter: Tensor, parts: readonly Part[], count: number): ParameterGradients {
  const [first, ...others] = parts;
  if (first && others.length === 0 && isMoved(first.operand, parameter)) return moved(parameter, first);
  const gradients = parts.map((part) => explicitFrom(parameter, part));
  const gradient = gradients.reduce((sum, other) => (sum ? add(sum, other) : other), undefined as Tensor | undefined);
  const type = { dtype: parameter.dtype, shape: [count, ...parameter.shape] };
  const each: ExampleGradients = { kind: 'explicit', gradient: gradient ?? zerosLike(type) };
  return moved(parameter, { operand: parameter, each });
}

/** The same elements as the operand's, each where the parameter has it. */
function moved(parameter: Tensor, part: Part): ParameterGradients {
  const { operand, each } = part;
  return {
    each,
    secondMoments: () => pullback([operand], [secondMoments(each, operand.shape)], [parameter])[0]!,
    explicit: () => explicitFrom(parameter, part),
  };
}

const explicitFrom = (parameter: Tensor, { operand, each }: Part): Tensor =>
  pullEach(operand, explicitIn(each, operand.shape), parameter);

const movements = new Set(['Reshape', 'Transpose', 'Identity', 'Cast']);

/** Whether a tensor has the elements of the parameter, each once. */
function isMoved(tensor: Tensor, parameter: Tensor): boolean {
  let current = tensor;
  while (current !== parameter && movements.has(current.operator)) current = current.inputs[0]!;
  return current === parameter;
}
