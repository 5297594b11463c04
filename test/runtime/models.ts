import type { DType, HostTensor, Shape } from '../../src/base/index.ts';
import {
  encodeModel,
  int,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from '../../src/graph/index.ts';

export const value = (name: string, dtype: DType, shape: Shape): OnnxValue => ({ name, dtype, shape });

export const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode => ({ name: output, operator, domain: '', inputs, outputs: [output], attributes });

export function model(parts: Partial<OnnxModel> & Pick<OnnxModel, 'inputs' | 'outputs' | 'nodes'>): OnnxModel {
  return { opset: 18, domains: {}, initializers: {}, ...parts };
}

/** `y = operator(x)`. */
export const unary = (operator: string, dtype: DType, shape: Shape): Uint8Array =>
  encodeModel(
    model({
      inputs: [value('x', dtype, shape)],
      outputs: [value('y', dtype, shape)],
      nodes: [node(operator, ['x'], 'y')],
    }),
  );

const learningRate: HostTensor = { dtype: 'float32', shape: [], data: Float32Array.of(0.25) };

/**
 * One step of gradient descent on `½ mean‖xw − t‖²` up to a factor: `next = w − η xᵀ(xw − t)` with η = 0.25, and
 * `loss = mean((xw − t)²)`, for x of `[examples, features]` and w of `[features, outputs]`.
 */
export function descentStep(examples: number, features: number, outputs: number): Uint8Array {
  const weights: Shape = [features, outputs];
  return encodeModel(
    model({
      inputs: [
        value('x', 'float32', [examples, features]),
        value('w', 'float32', weights),
        value('t', 'float32', [examples, outputs]),
      ],
      outputs: [value('next', 'float32', weights), value('loss', 'float32', [])],
      initializers: { learningRate },
      nodes: [
        node('MatMul', ['x', 'w'], 'scores'),
        node('Sub', ['scores', 't'], 'difference'),
        node('Mul', ['difference', 'difference'], 'square'),
        node('ReduceMean', ['square'], 'loss', { keepdims: int(0) }),
        node('Transpose', ['x'], 'transposed'),
        node('MatMul', ['transposed', 'difference'], 'gradient'),
        node('Mul', ['gradient', 'learningRate'], 'step'),
        node('Sub', ['w', 'step'], 'next'),
      ],
    }),
  );
}
