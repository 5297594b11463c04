import { sizeOf } from '../base/index.ts';
import { nodeKey, topologicalOrder, type Graph, type Tensor } from '../graph/index.ts';
import { apply, constant, expandComposites, interpret, onBehalfOf, roundTo } from '../ops/index.ts';
import { fuse } from './fuse.ts';
import { rewrite } from './rewrite.ts';

/** Constants larger than this are not computed ahead: a broadcast zero is cheaper to make than to store. */
const foldLimit = 1024;

/**
 * The same results by less work: composite operators are expanded, equal subexpressions are computed once, operators on
 * small constants are evaluated, and what changes nothing (identities, full slices, transposes that cancel) is left out.
 * What no result needs is gone by construction. Values may differ by rounding only where constants are combined.
 */
export function simplify(graph: Graph): Graph {
  const names = Object.keys(graph.outputs);
  const outputs = fuse(simplifyTensors(expandComposites(Object.values(graph.outputs))));
  return { inputs: graph.inputs, outputs: Object.fromEntries(names.map((name, index) => [name, outputs[index]!])) };
}

function simplifyTensors(outputs: readonly Tensor[]): Tensor[] {
  const simple = new Map<Tensor, Tensor>();
  const unique = new Map<string, Tensor>();
  /** The first tensor with this structure; applies rules until none fits. */
  const canonical = (tensor: Tensor): Tensor => {
    const better = fold(tensor) ?? rewrite(tensor);
    if (better) return better.inputs.every((input) => known.has(input)) ? settle(better) : simplifyNew(better);
    return intern(tensor);
  };
  const known = new Set<Tensor>();
  const settle = (tensor: Tensor): Tensor => (known.has(tensor) ? tensor : canonical(tensor));
  const intern = (tensor: Tensor): Tensor => {
    const key = nodeKey(tensor, (input) => input.id) + (tensor.operator === 'Input' ? `#${tensor.id}` : '');
    const before = unique.get(key);
    if (before) return before;
    unique.set(key, tensor);
    known.add(tensor);
    return tensor;
  };
  /** A rule may build more than one new tensor: bring each to its simplest form, innermost first. */
  const simplifyNew = (tensor: Tensor): Tensor => {
    if (known.has(tensor)) return tensor;
    const inputs = tensor.inputs.map(simplifyNew);
    return canonical(withInputs(tensor, inputs));
  };
  for (const tensor of topologicalOrder(outputs)) {
    const inputs = tensor.inputs.map((input) => simple.get(input)!);
    simple.set(tensor, canonical(withInputs(tensor, inputs)));
  }
  return outputs.map((output) => simple.get(output)!);
}

/** The same operator on other inputs. */
function withInputs(tensor: Tensor, inputs: readonly Tensor[]): Tensor {
  if (inputs.every((input, index) => input === tensor.inputs[index])) return tensor;
  return onBehalfOf(tensor, () => apply(tensor.operator, inputs, tensor.attributes));
}

/** The value of an operator whose inputs are all constants, when it is small. */
function fold(tensor: Tensor): Tensor | undefined {
  if (tensor.inputs.length === 0 || tensor.operator === 'StopGradient' || sizeOf(tensor.shape) > foldLimit)
    return undefined;
  if (!tensor.inputs.every((input) => input.operator === 'Constant')) return undefined;
  if (tensor.operator === 'Expand') return undefined;
  return constant(roundTo(interpret([tensor])[0]!, tensor));
}
