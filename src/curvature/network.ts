import type { Mode } from '../nn/index.ts';
import type { AnyTensor, Runtime } from '../runtime/index.ts';
import type { ChunkedExamples, Objective } from '../train/index.ts';

/** A network at one point θ of its parameter space, and the examples it is measured on. */
export interface MeasuredNetwork {
  readonly runtime: Runtime;
  readonly objective: Objective;
  /** Chunks bound the memory; results are weighted by examples. */
  readonly examples: ChunkedExamples;
  /** `train`: batch normalisation takes each chunk's statistics; `evaluate`: the running ones. */
  readonly mode: Mode;
  readonly parameters: Readonly<Record<string, AnyTensor>>;
  readonly buffers: Readonly<Record<string, AnyTensor>>;
}
