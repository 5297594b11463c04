import { perExampleGradients, pullback, pushforward, squaredNorms } from '../autodiff/index.ts';
import { hostTensor, scalar, scalarValue, sizeOf, toFloat64 } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { Model } from '../nn/index.ts';
import { add, constant, onesLike, sum } from '../ops/index.ts';
import { asHost, type AnyTensor } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes, type ChunkedExamples } from '../train/index.ts';
import type { MeasuredNetwork, NetworkPoint } from './network.ts';

/** One number for each coordinate, by parameter. */
export type Sums = Readonly<Record<string, Float64Array<ArrayBuffer>>>;

type Tensors = Readonly<Record<string, Tensor>>;

/** Sums over examples, of the losses without penalty. */
export interface MomentSums {
  /** `Σ_i ℓ_i` */
  readonly loss: number;
  /** `Σ_i g_i` */
  readonly first: Sums;
  /** `Σ_i g_i∘g_i` */
  readonly second: Sums;
  /** Every ‖g_i‖². */
  readonly squaredNorms: Float64Array<ArrayBuffer>;
}

/** What a penalty R(θ) adds to the mean loss and its gradient; without one 0 and nothing. */
export interface PenaltyPart {
  readonly value: number;
  readonly gradient: Sums;
}

type MomentsProgram = Awaited<ReturnType<typeof compileMoments>>;
type AlongProgram = Awaited<ReturnType<typeof compileAlong>>;
type PenaltyProgram = Awaited<ReturnType<typeof compilePenalty>>;

/** Sums over the gradients of single examples at any point, by programs for each size of a chunk. */
export class GradientSums {
  readonly #network: MeasuredNetwork;
  readonly #moments = new Map<number, MomentsProgram>();
  readonly #along = new Map<number, AlongProgram>();
  readonly #squares: boolean;
  #penalty: PenaltyProgram | undefined;

  private constructor(network: MeasuredNetwork, squares: boolean) {
    this.#network = network;
    this.#squares = squares;
  }

  /**
   * Compiles for the chunks of the network's own examples; other sizes follow when they come.
   *
   * @param squares whether `second` is wanted, which costs a product more for each layer; without it, it is empty
   */
  static async create(network: MeasuredNetwork, { squares = true } = {}): Promise<GradientSums> {
    const sums = new GradientSums(network, squares);
    try {
      for (const { size } of network.examples.chunks) await sums.#momentsFor(size);
      if (network.objective.penalty) sums.#penalty = await compilePenalty(network);
    } catch (error) {
      await sums.release();
      throw error;
    }
    return sums;
  }

  async #momentsFor(size: number): Promise<MomentsProgram> {
    const program = this.#moments.get(size) ?? (await compileMoments(this.#network, size, this.#squares));
    this.#moments.set(size, program);
    return program;
  }

  async #alongFor(size: number): Promise<AlongProgram> {
    const program = this.#along.get(size) ?? (await compileAlong(this.#network, size));
    this.#along.set(size, program);
    return program;
  }

  /** The sums over all examples, chunk after chunk. */
  async moments({ parameters, buffers }: NetworkPoint, examples: ChunkedExamples): Promise<MomentSums> {
    const { model } = this.#network.objective;
    const [first, second, norms] = [
      zeroSums(model),
      this.#squares ? zeroSums(model) : {},
      new Float64Array(examples.count),
    ];
    let [loss, from] = [0, 0];
    for (const { size, x, labels } of examples.chunks) {
      const program = await this.#momentsFor(size);
      const chunk = await program.run({ parameters, buffers, x, labels });
      loss += scalarValue(asHost(chunk.loss));
      accumulate(first, chunk.first);
      accumulate(second, chunk.second);
      norms.set(toFloat64(asHost(chunk.squaredNorms)), from);
      from += size;
    }
    return { loss, first, second, squaredNorms: norms };
  }

  /** `⟨g_i, v⟩` of every example, the derivative of its loss along v. */
  async along(
    { parameters, buffers }: NetworkPoint,
    examples: ChunkedExamples,
    v: Sums,
  ): Promise<Float64Array<ArrayBuffer>> {
    const direction = Object.fromEntries(
      this.#network.objective.model.parameters.map(({ name, shape }) => [name, hostTensor('float32', shape, v[name]!)]),
    );
    const derivatives = new Float64Array(examples.count);
    let from = 0;
    for (const { size, x, labels } of examples.chunks) {
      const program = await this.#alongFor(size);
      const along = await program.run({ parameters, buffers, x, labels, direction });
      derivatives.set(toFloat64(asHost(along)), from);
      from += size;
    }
    return derivatives;
  }

  /** The part of the objective's penalty. */
  async penalty({ parameters }: NetworkPoint): Promise<PenaltyPart> {
    if (!this.#penalty) return { value: 0, gradient: {} };
    const { value, gradient } = await this.#penalty.run({ parameters });
    return {
      value: scalarValue(asHost(value)),
      gradient: Object.fromEntries(
        Object.entries(gradient).map(([name, part]) => [name, toFloat64(asHost(part))] as const),
      ),
    };
  }

  async release(): Promise<void> {
    for (const program of [...this.#moments.values(), ...this.#along.values()]) await program.release();
    await this.#penalty?.release();
  }
}

/** 0 for each coordinate. */
export const zeroSums = ({ parameters }: Model): Sums =>
  Object.fromEntries(parameters.map(({ name, shape }) => [name, new Float64Array(sizeOf(shape))]));

/** Adds the parts of a chunk, in float64. */
export function accumulate(totals: Sums, parts: Readonly<Record<string, AnyTensor>>): void {
  for (const [name, part] of Object.entries(parts)) {
    const total = totals[name]!;
    const values = asHost(part).data as Float32Array;
    for (let k = 0; k < total.length; k++) total[k]! += values[k]!;
  }
}

function typesOf({ objective }: MeasuredNetwork, size: number) {
  const { model } = objective;
  return { parameters: parameterTypes(model), buffers: bufferTypes(model), ...batchTypes(model, size) };
}

/** ℓ_i of a batch, without the penalty: [n]. */
function lossesOf(
  { objective, mode }: MeasuredNetwork,
  parameters: Tensors,
  buffers: Tensors,
  x: Tensor,
  labels: Tensor,
) {
  return objective.loss(objective.model.forward(parameters, buffers, x, mode).scores, labels);
}

function compileMoments(network: MeasuredNetwork, size: number, squares: boolean) {
  return network.runtime.compile(
    ({ parameters, buffers, x, labels }) => {
      const losses = lossesOf(network, parameters, buffers, x, labels);
      const gradients = perExampleGradients(losses, parameters, [x, labels])(onesLike(losses));
      const names = Object.keys(parameters);
      const sums = pullback([losses], [onesLike(losses)], Object.values(parameters));
      return {
        loss: sum(losses),
        first: Object.fromEntries(names.map((name, index) => [name, sums[index]!])),
        second: Object.fromEntries((squares ? names : []).map((name) => [name, gradients[name]!.secondMoments()])),
        squaredNorms: names.map((name) => squaredNorms(gradients[name]!.each)).reduce((one, other) => add(one, other)),
      };
    },
    typesOf(network, size),
    { name: 'gradient-moments' },
  );
}

function compileAlong(network: MeasuredNetwork, size: number) {
  return network.runtime.compile(
    ({ parameters, buffers, x, labels, direction }) => {
      const losses = lossesOf(network, parameters, buffers, x, labels);
      return pushforward(
        [losses],
        Object.values(parameters),
        Object.keys(parameters).map((name) => direction[name]!),
      )[0]!;
    },
    { ...typesOf(network, size), direction: parameterTypes(network.objective.model) },
    { name: 'directional-derivative' },
  );
}

/** R and ∇R of the objective's penalty. */
function compilePenalty({ runtime, objective }: MeasuredNetwork) {
  const { model, penalty } = objective;
  return runtime.compile(
    ({ parameters }) => {
      const value = penalty?.(parameters) ?? constant(scalar(0, 'float32'));
      const gradient = pullback([value], [onesLike(value)], Object.values(parameters));
      return {
        value,
        gradient: Object.fromEntries(Object.keys(parameters).map((name, index) => [name, gradient[index]!])),
      };
    },
    { parameters: parameterTypes(model) },
    { name: 'penalty-gradient' },
  );
}
