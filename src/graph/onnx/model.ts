import type { HostTensor, TensorType } from '../../base/index.ts';

/** An ONNX model as plain data: what lowering produces, what a file is decoded to, what bytes are encoded from. */
export interface OnnxModel {
  /** Version of the default operator set (`ai.onnx`). */
  readonly opset: number;
  /** Versions of other operator sets by domain, e.g. `com.microsoft`. */
  readonly domains: Readonly<Record<string, number>>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: Readonly<Record<string, HostTensor>>;
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxValue extends TensorType {
  readonly name: string;
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
  | { readonly type: 'tensor'; readonly value: HostTensor };

export const int = (value: number): OnnxAttribute => ({ type: 'int', value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ type: 'ints', value });
export const float = (value: number): OnnxAttribute => ({ type: 'float', value });
export const string = (value: string): OnnxAttribute => ({ type: 'string', value });
