import type { DType, HostTensor } from '../../base/index.ts';

/** Values and the nodes that compute them. */
export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: Readonly<Record<string, HostTensor>>;
  readonly nodes: readonly OnnxNode[];
}

/** An ONNX model as plain data: what lowering produces, what a file is decoded to, what bytes are encoded from. */
export interface OnnxModel extends OnnxGraph {
  /** Version of the default operator set (`ai.onnx`). */
  readonly opset: number;
  /** Versions of other operator sets by domain, e.g. `com.microsoft`. */
  readonly domains: Readonly<Record<string, number>>;
}

/** The size of an axis; a name stands for one that is known when the model runs, null for one that the file does not state. */
export type OnnxDimension = number | string | null;

export interface OnnxValue {
  readonly name: string;
  readonly dtype: DType;
  /** null: not even the number of axes is stated. */
  readonly shape: readonly OnnxDimension[] | null;
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** `''` is the default domain. */
  readonly domain: string;
  /** `''` stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: HostTensor }
  /** A kind that no operator of Thalweg takes (a graph, …), by ONNX's name for it: kept so that the node can be named. */
  | { readonly type: 'other'; readonly value: string };

export const int = (value: number): OnnxAttribute => ({ type: 'int', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ type: 'ints', value });
export const float = (value: number): OnnxAttribute => ({ type: 'float', value });
export const string = (value: string): OnnxAttribute => ({ type: 'string', value });
