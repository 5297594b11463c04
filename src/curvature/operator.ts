import { ThalwegError } from '../base/index.ts';
import { createOperator, type FloatType, type LinearOperator, type Vector } from '../linop/index.ts';
import { disposeTree } from '../runtime/index.ts';
import { parameterLayout, type ParameterLayout } from './layout.ts';
import { placedPoint, requireExamples, type MeasuredNetwork, type NetworkPoint } from './network.ts';
import { ChunkPrograms, toVector, type ChunkFunction, type ChunkSums, type ExtraOf } from './programs.ts';

export interface CurvatureOptions {
  /**
   * Parameters (`fc.weight`), or layers and blocks by the names their parameters begin with (`fc`, `layer3.0`): the operator
   * is the block of these, and only their derivatives are computed. Default: all parameters.
   */
  readonly parameters?: readonly string[];
  /**
   * Vectors that `applyMany` takes through a network at once, sharing the pass at θ; default 1. It pays where little of the
   * network lies above the chosen parameters (the top layer alone), and costs the memory of so many tangents. Rounding may
   * differ from `apply`, one vector at a time.
   */
  readonly block?: number;
}

/**
 * A matrix over a network's parameters at one point, by its products. One product at a time: operators that share programs
 * must not run at once.
 */
export interface CurvatureOperator extends LinearOperator {
  /** Where each parameter lies in the vectors. */
  readonly layout: ParameterLayout;
  /** The same operator at another point, by the same compiled programs; the caller releases both. */
  at(point: NetworkPoint): Promise<CurvatureOperator>;
  /** Gives the programs back, with what was placed on the device. */
  release(): Promise<void>;
}

/** The product of an operator at one point, but for the sums over chunks. */
export interface ProductAt {
  /** What each chunk is given beside the vectors; default: nothing. */
  readonly extraOf?: (vectors: readonly Vector[]) => ExtraOf;
  /** The product with the `index`-th vector, from the sums over all examples. */
  readonly finish: (sums: ChunkSums<Float64Array<ArrayBuffer>, number>, index: number) => Float64Array<ArrayBuffer>;
}

/** What distinguishes one operator from another. All are symmetric. */
export interface CurvatureKind {
  readonly name: string;
  readonly extra?: (size: number, width: number) => ReturnType<NonNullable<ChunkFunction['extra']>>;
  readonly sums: ChunkFunction['sums'];
  /** Called once for each point, whose tensors lie where programs read them best. */
  readonly at: (point: NetworkPoint) => Promise<ProductAt>;
  /** Frees what the kind has compiled for `at`. */
  readonly release?: () => Promise<void>;
}

/** Sums over examples become means: `1/N Σ`, each example counting once. */
export const meanOverExamples = ({ examples }: MeasuredNetwork): ProductAt => ({
  finish: ({ vectors }, index) => vectors[index]!.map((sum) => sum / examples.count),
});

/** The operator of a kind at the network's own point. Throws `USAGE` for parameters that there are not, and no examples. */
export async function createCurvatureOperator(
  network: MeasuredNetwork,
  options: CurvatureOptions,
  createKind: () => CurvatureKind | Promise<CurvatureKind>,
): Promise<CurvatureOperator> {
  const { parameters, block = 1 } = options;
  const layout = parameterLayout(network.objective.model, parameters);
  const kind = await createKind();
  const shared = new SharedPrograms(kind, block);
  try {
    requireExamples(kind.name, network);
    requireBlock(kind.name, block);
    await shared.compile(network, layout);
    return await operatorAt(network, layout, kind, shared, network);
  } finally {
    // The operator holds a share of its own.
    await shared.release();
  }
}

function requireBlock(name: string, block: number): void {
  if (!Number.isSafeInteger(block) || block < 1)
    throw new ThalwegError('OPERATOR_INPUT', `${name}: block must be an integer of at least 1, got ${block}`);
}

async function operatorAt(
  network: MeasuredNetwork,
  layout: ParameterLayout,
  kind: CurvatureKind,
  shared: SharedPrograms,
  given: NetworkPoint,
): Promise<CurvatureOperator> {
  const dtype = network.dtype ?? 'float32';
  const point = await placedPoint(network.objective.model, given, dtype, network.runtime.backend);
  const dispose = (): void => disposeTree([point.parameters, point.buffers]);
  const products = await productsAt(kind, shared, point, dtype).catch((error: unknown) => {
    dispose();
    throw error;
  });
  shared.retain();
  let released = false;
  return {
    ...createOperator({
      name: kind.name,
      size: layout.size,
      dtype,
      symmetric: true,
      product: async (v) => (await products([v]))[0]!,
      products,
    }),
    layout,
    at: (other) => operatorAt(network, layout, kind, shared, other),
    async release() {
      if (released) return;
      released = true;
      dispose();
      await shared.release();
    },
  };
}

/** The products with vectors at one point: full blocks together, the rest one by one. */
async function productsAt(kind: CurvatureKind, shared: SharedPrograms, point: NetworkPoint, dtype: FloatType) {
  const { extraOf, finish } = await kind.at(point);
  return async (vs: readonly Vector[]): Promise<Vector[]> => {
    const results: Vector[] = [];
    while (results.length < vs.length) {
      const { width, programs } = shared.widest(vs.length - results.length);
      const next = vs.slice(results.length, results.length + width);
      const sums = await programs.run(point, next, extraOf?.(next));
      results.push(...next.map((_, index) => toVector(finish(sums, index), dtype)));
    }
    return results;
  };
}

/** Programs that live as long as someone uses them: at first, their maker. */
class SharedPrograms {
  readonly #kind: CurvatureKind;
  readonly #block: number;
  readonly #byWidth = new Map<number, ChunkPrograms>();
  #users = 1;

  constructor(kind: CurvatureKind, block: number) {
    this.#kind = kind;
    this.#block = block;
  }

  /** Compiles for one vector, and for a block of them. */
  async compile(network: MeasuredNetwork, layout: ParameterLayout): Promise<void> {
    const { name, sums, extra } = this.#kind;
    for (const width of new Set([1, this.#block])) {
      const extraTypes = extra ? { extra: (size: number) => extra(size, width) } : {};
      this.#byWidth.set(width, await ChunkPrograms.compile(network, layout, { name, width, sums, ...extraTypes }));
    }
  }

  /** The programs for as many of `count` vectors as go through at once, and how many these are. */
  widest(count: number): { width: number; programs: ChunkPrograms } {
    const width = count >= this.#block ? this.#block : 1;
    return { width, programs: this.#byWidth.get(width)! };
  }

  retain(): void {
    this.#users++;
  }

  async release(): Promise<void> {
    if (--this.#users > 0) return;
    for (const programs of this.#byWidth.values()) await programs.release();
    await this.#kind.release?.();
  }
}
