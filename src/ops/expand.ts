import type { Tensor } from '../graph/index.ts';
import { topologicalOrder } from '../graph/index.ts';
import { apply, definitionOf, onBehalfOf } from './apply.ts';

/**
 * The same values computed by primitive operators only: every composite operator is replaced by its decomposition.
 * Tensors that no composite feeds are returned as they are, and so are `leaves`, whatever feeds them.
 */
export function expandComposites(outputs: readonly Tensor[], leaves: readonly Tensor[] = []): Tensor[] {
  const expanded = new Map<Tensor, Tensor>(leaves.map((leaf) => [leaf, leaf]));
  for (const tensor of topologicalOrder(outputs)) {
    if (expanded.has(tensor)) continue;
    const inputs = tensor.inputs.map((input) => expanded.get(input)!);
    const definition = definitionOf(tensor.operator);
    const result = onBehalfOf(tensor, () => {
      if (definition.kind === 'composite')
        return expandComposites([definition.decompose(inputs, tensor.attributes)])[0]!;
      return inputs.every((input, index) => input === tensor.inputs[index])
        ? tensor
        : apply(tensor.operator, inputs, tensor.attributes);
    });
    expanded.set(tensor, result);
  }
  return outputs.map((output) => expanded.get(output)!);
}
