import { ThalwegError, type TensorType } from '../base/index.ts';
import { simplify } from '../autodiff/index.ts';
import {
  encodeModel,
  flattenTree,
  graphKey,
  mapLeaves,
  type Graph,
  type Mapped,
  type Tensor,
  type Tree,
} from '../graph/index.ts';
import { lowerGraph } from '../ops/index.ts';
import type { AnyTensor, Backend, Device } from './backend.ts';
import { ExecutableCache, type Lease } from './cache.ts';
import { isAnyTensor } from './handles.ts';
import { checkInputs } from './inputs.ts';
import { inputName, selectOutputs, trace, withoutUnusedInputs, type Trace } from './trace.ts';

export interface CompileOptions {
  /** Stands in front of error messages; default `program`. */
  readonly name?: string;
  /** Outputs that stay on the device: their paths, or prefixes of paths; default none. */
  readonly keep?: readonly string[];
}

/** A compiled function: tensors in, tensors out, grouped as the function had them. */
export interface Program<I extends Tree<TensorType>, O extends Tree<Tensor>> {
  /**
   * Runs once. Kept outputs are device tensors, which the caller disposes; all others are host tensors in fresh memory.
   * Runs of one program must not overlap. Throws `RUNTIME_INPUT` naming the input, `RUNTIME_FAILED`.
   */
  run(inputs: Mapped<I, TensorType, AnyTensor>): Promise<Mapped<O, Tensor, AnyTensor>>;
  /** What is computed, after simplification. */
  readonly graph: Graph;
  /** The same as the bytes of an ONNX file. */
  readonly model: Uint8Array;
  /** Frees the device's part; further runs fail. */
  release(): Promise<void>;
}

/** Compiles functions for one device. */
export interface Runtime {
  readonly backend: Backend;
  /**
   * Traces `fn` with placeholders of the types in `specs`, simplifies and compiles the graph. Programs of equal structure
   * share one executable. Throws `GRAPH_*` for what `fn` does wrongly, `USAGE` for `keep`, `RUNTIME_FAILED`.
   */
  compile<I extends Tree<TensorType>, O extends Tree<Tensor>>(
    fn: (inputs: Mapped<I, TensorType, Tensor>) => O,
    specs: I,
    options?: CompileOptions,
  ): Promise<Program<I, O>>;
  /** Closes the backend and with it all programs. */
  close(): Promise<void>;
}

/** A runtime that owns `backend`. */
export function createRuntime(backend: Backend): Runtime {
  const cache = new ExecutableCache(backend);
  const compile = (fn: TreeFunction, specs: Tree<TensorType>, options?: CompileOptions): Promise<TreeProgram> =>
    naming(options?.name ?? defaultName, () => compileTree(cache, backend.device, fn, specs, options));
  // Inside, trees are trees; only callers see how the types of leaves follow from the structure.
  return { backend, compile: compile as unknown as Runtime['compile'], close: () => backend.close() };
}

type TreeFunction = (inputs: Tree<Tensor>) => Tree<Tensor>;

const defaultName = 'program';

async function compileTree(
  cache: ExecutableCache,
  device: Device,
  fn: TreeFunction,
  specs: Tree<TensorType>,
  { name = defaultName, keep = [] }: CompileOptions = {},
): Promise<TreeProgram> {
  const traced = trace(fn, specs);
  const graph = withoutUnusedInputs(simplify(traced.graph));
  const kept = selectOutputs(traced.outputNames, keep);
  const encode = () => encodeModel(lowerGraph(graph, device === 'cpu' ? 'cpu' : 'gpu'));
  const lease = await cache.acquire(JSON.stringify([device, kept, graphKey(graph)]), encode, kept);
  return new TreeProgram(name, traced, graph, lease);
}

/** A {@link Program} without its types. */
class TreeProgram {
  readonly graph: Graph;
  readonly #name: string;
  readonly #declared: ReadonlyMap<string, TensorType>;
  readonly #used: readonly string[];
  readonly #results: Tree<string>;
  readonly #lease: Lease;
  #released = false;

  constructor(name: string, traced: Trace, graph: Graph, lease: Lease) {
    this.graph = graph;
    this.#name = name;
    this.#declared = new Map(Object.entries(traced.graph.inputs));
    this.#used = Object.keys(graph.inputs);
    this.#results = traced.results;
    this.#lease = lease;
  }

  get model(): Uint8Array {
    return this.#lease.model;
  }

  run(inputs: Tree<AnyTensor>): Promise<Tree<AnyTensor>> {
    return naming(this.#name, async () => {
      if (this.#released) throw new ThalwegError('RUNTIME_FAILED', 'expected a loaded program, got a released one');
      const given: Record<string, AnyTensor> = {};
      for (const [path, tensor] of flattenTree(inputs, isAnyTensor)) given[inputName(path)] = tensor;
      checkInputs(this.#declared, given);
      const feeds = Object.fromEntries(this.#used.map((name) => [name, given[name]!]));
      const outputs = await this.#lease.executable.run(feeds);
      return mapLeaves(this.#results, isName, (name) => outputs[name]!);
    });
  }

  async release(): Promise<void> {
    this.#released = true;
    await this.#lease.release();
  }
}

const isName = (value: unknown): value is string => typeof value === 'string';

/** Puts the program's name in front of what goes wrong inside. */
async function naming<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ThalwegError)) throw error;
    throw new ThalwegError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}
