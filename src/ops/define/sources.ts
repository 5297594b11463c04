import { ThalwegError, toFloat64, type DType, type HostTensor, type TensorType } from '../../base/index.ts';
import { int } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { cast, isFloating } from '../build/index.ts';
import type { PrimitiveOperator } from '../definition.ts';
import { numbers, text } from '../infer.ts';
import { onnxDType } from './onnx-types.ts';

const noDerivative = { jvp: () => null, vjp: () => [] } as const;

define({
  kind: 'primitive',
  name: 'Input',
  infer: (_, attributes) => ({ dtype: attributes['dtype'] as DType, shape: numbers(attributes, 'shape') }),
  reference: (_, attributes) => {
    throw new ThalwegError('RUNTIME_INPUT', `expected a value for "${text(attributes, 'name')}"`);
  },
  lower: (_, tensor) => text(tensor.attributes, 'name'),
  ...noDerivative,
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'Constant',
  infer: (_, attributes) => attributes['value'] as unknown as TensorType,
  reference: (_, attributes, type) => ({ shape: type.shape, data: toFloat64(attributes['value'] as HostTensor) }),
  lower: (lowering, tensor) => lowering.constant(tensor.attributes['value'] as HostTensor),
  ...noDerivative,
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'Identity',
  infer: ([x]) => x!,
  reference: ([x]) => x!,
  jvp: (_, [tangent]) => tangent!,
  vjp: (_, cotangent) => [cotangent],
  lower: (_, __, [x]) => x!,
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'StopGradient',
  infer: ([x]) => x!,
  reference: ([x]) => x!,
  jvp: () => null,
  vjp: () => [null],
  lower: (_, __, [x]) => x!,
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'Cast',
  infer: ([x], attributes) => ({ dtype: attributes['dtype'] as DType, shape: x!.shape }),
  reference: ([x], attributes) => {
    const dtype = attributes['dtype'] as DType;
    const convert = {
      float32: Math.fround,
      float64: Number,
      int64: Math.trunc,
      bool: (v: number) => (v === 0 ? 0 : 1),
    }[dtype];
    return { shape: x!.shape, data: x!.data.map(convert) };
  },
  jvp: (output, [tangent]) => (isFloating(output) ? cast(tangent!, output.dtype) : null),
  vjp: (output, cotangent) => [
    isFloating(output.inputs[0]!) && isFloating(output) ? cast(cotangent, output.inputs[0]!.dtype) : null,
  ],
  lower: (lowering, tensor, inputs) => lowering.node('Cast', inputs, { to: int(onnxDType[tensor.dtype]) }),
} satisfies PrimitiveOperator);
