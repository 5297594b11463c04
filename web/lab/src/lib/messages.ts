import type { MetricRecord, SpecificationInput } from '../../../../src/contract/index.ts';

/** Where a walk is trained: the processor through WebAssembly, or the GPU. */
export type LabDevice = 'cpu' | 'webgpu';

/** What the page asks of its trainer. */
export type ToTrainer =
  | {
      /** Begins a walk; the one before ends. */
      readonly type: 'start';
      /** Number of the walk: what is said of it bears it. */
      readonly walk: number;
      readonly specification: SpecificationInput;
      readonly device: LabDevice;
      /** Address of the folder of the runtime's files. */
      readonly base: string;
    }
  /** Goes on with another update rule from where the walk stands. */
  | { readonly type: 'change'; readonly optimizer: NonNullable<SpecificationInput['optimizer']> }
  | { readonly type: 'hold'; readonly held: boolean };

/** What the trainer tells of a walk. */
export type FromTrainer = { readonly walk: number } & (
  | {
      /** The runtime arrives; the total is null where it is not known. */
      readonly type: 'loading';
      readonly loaded: number;
      readonly total: number | null;
    }
  | { readonly type: 'preparing' }
  | {
      readonly type: 'begun';
      readonly threads: number;
      readonly version: string;
      readonly parameters: number;
      readonly examples: number;
    }
  | {
      readonly type: 'records';
      readonly iteration: number;
      readonly records: readonly MetricRecord[];
      /** Updates with everything measured of them, over the last moment. */
      readonly perSecond: number;
    }
  | { readonly type: 'failed'; readonly message: string }
);

/** A message that does not say yet of which walk it is. */
export type Told<M = FromTrainer> = M extends { readonly walk: number } ? Omit<M, 'walk'> : never;
