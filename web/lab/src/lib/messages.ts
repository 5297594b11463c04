import type { MetricRecord, RunFile, SpecificationInput } from '../../../../src/contract/index.ts';

/** Where a walk is trained: the processor through WebAssembly, or the GPU. */
export type LabDevice = 'cpu' | 'webgpu';

export type Optimizer = NonNullable<SpecificationInput['optimizer']>;

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
      /** Whether it becomes a run that the browser keeps. */
      readonly keep: boolean;
    }
  /** Goes on with a run that the browser keeps; the walk before ends. */
  | { readonly type: 'resume'; readonly walk: number; readonly run: string; readonly base: string }
  /** Goes on with another update rule from where the walk stands. */
  | { readonly type: 'change'; readonly optimizer: Optimizer }
  | { readonly type: 'hold'; readonly held: boolean }
  /** Ends the walk; a run writes a checkpoint. */
  | { readonly type: 'stop' }
  | { readonly type: 'ask'; readonly ask: number; readonly request: ShelfRequest };

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
      /** The name of the run that it is kept as; null: it is not kept. */
      readonly run: string | null;
      /** Updates made before. */
      readonly iteration: number;
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
  /** It has given everything back. */
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly message: string }
);

/** A message that does not say yet of which walk it is. */
export type Told<M = FromTrainer> = M extends { readonly walk: number } ? Omit<M, 'walk'> : never;

/** What the page asks of the runs that the browser keeps. */
export type ShelfRequest =
  | { readonly kind: 'list' }
  | { readonly kind: 'open'; readonly run: string }
  | { readonly kind: 'remove'; readonly run: string }
  | { readonly kind: 'export'; readonly run: string }
  | { readonly kind: 'import'; readonly zip: Uint8Array }
  /** Which files of the reader's there are, and new ones. */
  | { readonly kind: 'files' }
  | { readonly kind: 'take'; readonly files: readonly File[] };

/** Files that the reader dropped on the page. */
export interface HeldFiles {
  /** Files of MNIST that are not there. */
  readonly missing: readonly string[];
  /** Names of ONNX networks. */
  readonly models: readonly string[];
}

export interface ShelfAnswers {
  /** Newest first. */
  readonly list: readonly RunFile[];
  readonly open: { readonly file: RunFile; readonly records: readonly MetricRecord[] };
  readonly remove: void;
  /** A zip file. */
  readonly export: Uint8Array<ArrayBuffer>;
  /** The name of the run. */
  readonly import: string;
  readonly files: HeldFiles;
  readonly take: HeldFiles;
}

export type ShelfReply =
  | { readonly type: 'answer'; readonly ask: number; readonly answer: ShelfAnswers[keyof ShelfAnswers] }
  | { readonly type: 'refused'; readonly ask: number; readonly message: string };
