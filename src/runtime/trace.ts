import { suggest, ThalwegError, type TensorType } from '../base/index.ts';
import {
  flattenTree,
  formatAttribute,
  graphOrder,
  mapLeaves,
  type Graph,
  type Tensor,
  type Tree,
} from '../graph/index.ts';
import { input, isTensor } from '../ops/index.ts';

/** A function of tensors as a graph, and where its results belong. */
export interface Trace {
  readonly graph: Graph;
  /** What the function returned, with the name of an output of the graph in place of each tensor. */
  readonly results: Tree<string>;
  /** Names of outputs by their paths. */
  readonly outputNames: ReadonlyMap<string, string>;
}

/**
 * Calls `fn` once with placeholders. An input is named by its path (`params.0.weight`), a single one `input`; an output
 * likewise, with `.out` behind it when an input has that name already.
 */
export function trace(fn: (inputs: Tree<Tensor>) => Tree<Tensor>, specs: Tree<TensorType>): Trace {
  const inputs = new Map<string, Tensor>();
  const placeholders = mapLeaves(specs, isTensorType, (type, path) => {
    const name = inputName(path);
    if (inputs.has(name)) throw usage(`expected one input for each path, got two at "${name}"`);
    const placeholder = input(name, { dtype: type.dtype, shape: type.shape });
    inputs.set(name, placeholder);
    return placeholder;
  });
  const returned = fn(placeholders);
  const outputs = new Map<string, Tensor>();
  for (const [path, tensor] of flattenTree(returned, isTensor)) {
    if (outputs.has(path)) throw usage(`expected one output for each path, got two at "${path}"`);
    outputs.set(path, tensor);
  }
  const outputNames = nameOutputs([...outputs.keys()], inputs);
  const named = [...outputs].map(([path, tensor]) => [outputNames.get(path)!, tensor]);
  const graph: Graph = { inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(named) as Graph['outputs'] };
  refuseForeignInputs(graph);
  const results = mapLeaves(returned, isTensor, (_, path) => outputNames.get(path)!);
  return { graph, results, outputNames };
}

/** The graph's name of the input at a path. */
export const inputName = (path: string): string => (path === '' ? 'input' : path);

/** The graph without the inputs that no output depends on. */
export function withoutUnusedInputs(graph: Graph): Graph {
  const used = new Set(graphOrder(graph));
  return {
    ...graph,
    inputs: Object.fromEntries(Object.entries(graph.inputs).filter(([, tensor]) => used.has(tensor))),
  };
}

/** Names of the outputs that `keep` selects: the path itself, or everything below it. Throws `USAGE` when it selects none. */
export function selectOutputs(outputNames: ReadonlyMap<string, string>, keep: readonly string[]): string[] {
  const selected = new Set<string>();
  for (const prefix of keep) {
    const matches = [...outputNames].filter(([path]) => path === prefix || path.startsWith(`${prefix}.`));
    if (matches.length === 0)
      throw usage(`keep: expected the path of an output, got "${prefix}"; ${suggest(prefix, [...outputNames.keys()])}`);
    for (const [, name] of matches) selected.add(name);
  }
  return [...selected].sort();
}

/** Names by path. Outputs that can have their own path as name come first; the others find a free one. */
function nameOutputs(paths: readonly string[], inputs: ReadonlyMap<string, Tensor>): Map<string, string> {
  const plain = (path: string): string => (path === '' ? 'output' : path);
  const free = paths.filter((path) => !inputs.has(plain(path)));
  const names = new Map(free.map((path) => [path, plain(path)]));
  const taken = new Set([...inputs.keys(), ...names.values()]);
  for (const path of paths) {
    if (names.has(path)) continue;
    let name = plain(path);
    while (taken.has(name)) name += '.out';
    taken.add(name);
    names.set(path, name);
  }
  return names;
}

function refuseForeignInputs(graph: Graph): void {
  const own = new Set(Object.values(graph.inputs));
  const foreign = graphOrder(graph).find((tensor) => tensor.operator === 'Input' && !own.has(tensor));
  if (foreign)
    throw usage(
      `expected results of its own inputs, got one that depends on the foreign input "${formatAttribute(foreign.attributes['name']!)}"`,
    );
}

function isTensorType(value: unknown): value is TensorType {
  return (
    typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && Array.isArray(value.shape)
  );
}

const usage = (message: string): ThalwegError => new ThalwegError('USAGE', message);
