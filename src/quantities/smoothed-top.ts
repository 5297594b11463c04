import {
  hostTensor,
  randomStream,
  scalarValue,
  ThalwegError,
  toFloat64,
  type HostTensor,
  type TensorType,
} from '../base/index.ts';
import { giniImpurity, type MeasuredNetwork, type NetworkPoint } from '../curvature/index.ts';
import { crossEntropy, lossGrid } from '../nn/index.ts';
import { abs, add, linear, max, mul, sqrt, square, sub, sum } from '../ops/index.ts';
import { asHost, beside } from '../runtime/index.ts';
import { batchTypes, bufferTypes, correctness, parameterTypes } from '../train/index.ts';

/** Largest difference of the scores from those of an affine top layer, as a share of the largest score: rounding. */
const rounding = 1e-3;

/** What one pass through the network gives: means over examples, and what the noise is added to. */
export interface TopPass {
  readonly crossEntropy: number;
  /** `tr H_top` of the cross-entropy in the weights: mean of `‖x‖²(1 − Σ S_j²)`. */
  readonly trace: number;
  /** One for each σ. */
  readonly gcdf: readonly number[];
  /** Features and scores of each chunk. */
  readonly chunks: readonly { readonly features: HostTensor; readonly scores: HostTensor }[];
}

/** A network whose top layer's weights are given Gaussian noise: one pass through all of it, then through the top layer alone. */
export class SmoothedTop {
  readonly #network: MeasuredNetwork;
  readonly #shape: TopLayer['shape'];
  readonly #sigmas: readonly number[];
  readonly #seed: number;
  readonly #whole: ReadonlyMap<number, Awaited<ReturnType<typeof compileFeatures>>>;
  readonly #noisy: ReadonlyMap<number, Awaited<ReturnType<typeof compileNoisy>>>;

  private constructor(
    network: MeasuredNetwork,
    { shape }: TopLayer,
    sigmas: readonly number[],
    seed: number,
    whole: ReadonlyMap<number, Awaited<ReturnType<typeof compileFeatures>>>,
    noisy: ReadonlyMap<number, Awaited<ReturnType<typeof compileNoisy>>>,
  ) {
    this.#network = network;
    this.#shape = shape;
    this.#sigmas = sigmas;
    this.#seed = seed;
    this.#whole = whole;
    this.#noisy = noisy;
  }

  /** Throws `USAGE` unless the top layer is fully connected. */
  static async create(network: MeasuredNetwork, sigmas: readonly number[], seed: number): Promise<SmoothedTop> {
    const top = topLayerOf(network);
    const whole = await network.examples.forSizes((size) => compileFeatures(network, top, sigmas, size));
    const noisy = await beside([...whole.values()], () =>
      network.examples.forSizes((size) => compileNoisy(network, top, size)),
    );
    return new SmoothedTop(network, top, sigmas, seed, whole, noisy);
  }

  /** Throws `USAGE` where something follows the top layer. */
  async at({ parameters, buffers }: NetworkPoint): Promise<TopPass> {
    const { examples } = this.#network;
    const chunks: { features: HostTensor; scores: HostTensor }[] = [];
    let [crossEntropy, trace] = [0, 0];
    const gcdf = this.#sigmas.map(() => 0);
    for (const { size, x, labels } of examples.chunks) {
      const result = await this.#whole.get(size)!.run({ parameters, buffers, x, labels });
      this.#requireAffine(scalarValue(asHost(result.gap)), scalarValue(asHost(result.scale)));
      crossEntropy += scalarValue(asHost(result.crossEntropy));
      trace += scalarValue(asHost(result.trace));
      toFloat64(asHost(result.gcdf)).forEach((value, index) => (gcdf[index]! += value));
      chunks.push({ features: asHost(result.features), scores: asHost(result.scores) });
    }
    const mean = (total: number): number => total / examples.count;
    return { crossEntropy: mean(crossEntropy), trace: mean(trace), gcdf: gcdf.map(mean), chunks };
  }

  /** Mean cross-entropy and share of errors with the noise σz; z of a number is the same for every σ and at every point. */
  async underNoise({ chunks }: TopPass, sigma: number, draw: number): Promise<[crossEntropy: number, error: number]> {
    const { examples } = this.#network;
    const stream = randomStream(this.#seed, 'g-bound', draw);
    const values = Float32Array.from({ length: this.#shape[0] * this.#shape[1] }, () => sigma * stream.normal());
    const noise = hostTensor('float32', this.#shape, values);
    let [crossEntropy, correct] = [0, 0];
    for (const [index, { size, labels }] of examples.chunks.entries()) {
      const result = await this.#noisy.get(size)!.run({ ...chunks[index]!, labels, noise });
      crossEntropy += scalarValue(asHost(result.crossEntropy));
      correct += scalarValue(asHost(result.correct));
    }
    return [crossEntropy / examples.count, 1 - correct / examples.count];
  }

  async release(): Promise<void> {
    for (const program of [...this.#whole.values(), ...this.#noisy.values()]) await program.release();
  }

  /** Noise of the weights moves the scores by its product with the features only where nothing follows the top layer. */
  #requireAffine(gap: number, scale: number): void {
    if (gap > rounding * scale)
      throw notAffine(this.#network.objective.model.name, `scores that differ by ${gap} of ${scale}`);
  }
}

/** Weights [classes, d] and perhaps a bias [classes] of a fully connected top layer. */
interface TopLayer {
  readonly weight: string;
  readonly bias: string | undefined;
  readonly shape: readonly [classes: number, d: number];
}

/** The top layer of a network; throws `USAGE` unless it is fully connected. */
function topLayerOf({ objective: { model } }: MeasuredNetwork): TopLayer {
  const top = model.parameters.filter(({ name }) => model.topParameters.includes(name));
  const [weight, bias, ...more] = top;
  const [classes, d, ...axes] = weight?.shape ?? [];
  if (!weight || more.length > 0 || classes !== model.classes || d === undefined || axes.length > 0)
    throw notAffine(model.name, `parameters ${top.map(({ name }) => name).join(', ') || 'none'}`);
  return { weight: weight.name, bias: bias?.name, shape: [classes, d] };
}

const notAffine = (model: string, came: string): ThalwegError =>
  new ThalwegError(
    'USAGE',
    `g-bound: expected scores of ${model} that are affine in one fully connected top layer, got ${came}`,
  );

/** Passes through the whole network, which give what the noise is added to. */
function compileFeatures(
  network: MeasuredNetwork,
  { weight, bias }: TopLayer,
  sigmas: readonly number[],
  size: number,
) {
  const { runtime, mode, objective } = network;
  const { model } = objective;
  const specs = { parameters: parameterTypes(model), buffers: bufferTypes(model), ...batchTypes(model, size) };
  return runtime.compile(
    ({ parameters, buffers, x, labels }) => {
      const { scores, features } = model.forward(parameters, buffers, x, mode);
      const squaredNorm = sum(square(features), { axes: [1] });
      const affine = linear(features, parameters[weight]!, bias === undefined ? undefined : parameters[bias]!);
      return {
        features,
        scores,
        crossEntropy: sum(crossEntropy(scores, labels)),
        // The trace of the block of the weights: without the bias it is ‖x‖² in place of ‖x‖² + 1.
        trace: sum(mul(squaredNorm, giniImpurity(scores))),
        gcdf: sum(lossGrid({ gcdf: sigmas }, scores, labels, sqrt(squaredNorm)).gcdf!, { axes: [1] }),
        gap: max(abs(sub(scores, affine))),
        scale: max(abs(scores)),
      };
    },
    specs,
    { name: 'top-features' },
  );
}

/** Summed cross-entropy and number of correct examples of a chunk, with `noise` [classes, d] on the weights. */
function compileNoisy({ runtime, objective: { model } }: MeasuredNetwork, { shape }: TopLayer, size: number) {
  const float32 = (...axes: number[]): TensorType => ({ dtype: 'float32', shape: axes });
  const specs = {
    features: float32(size, shape[1]),
    scores: float32(size, model.classes),
    labels: batchTypes(model, size).labels,
    noise: float32(...shape),
  };
  return runtime.compile(
    ({ features, scores, labels, noise }) => {
      const noisy = add(scores, linear(features, noise));
      return { crossEntropy: sum(crossEntropy(noisy, labels)), correct: sum(correctness(noisy, labels)) };
    },
    specs,
    { name: 'noisy-top' },
  );
}
