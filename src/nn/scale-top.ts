import { hostTensor, ThalwegError, toFloat64, type DType, type HostTensor } from '../base/index.ts';
import type { Model } from './model.ts';

export type ParameterValues<D extends DType> = Readonly<Record<string, HostTensor<D>>>;

/**
 * The transform `T_α` of row M-scale: all parameters of the top layer times α, so that every score is α times what it was
 * and predictions stay. Scores are linear in the parameters of a top layer that is fully connected, a convolution or
 * batch normalisation; what may follow it (pooling, a rectifier) must commute with a positive factor. For α a power of two
 * the scores are scaled exactly, unless they overflow.
 *
 * @param alpha α > 0
 * @returns a new record; tensors of other layers are those that were given
 *
 * Throws `USAGE` for another α, for a model whose top layer is a block of several layers, and for parameters without one of
 * the top layer's.
 */
export function scaleTop<D extends 'float32' | 'float64'>(
  { name, topParameters }: Model,
  parameters: ParameterValues<D>,
  alpha: number,
): ParameterValues<D> {
  if (!(alpha > 0 && alpha < Infinity)) throw invalid(name, `a positive factor, got ${alpha}`);
  const layers = new Set(topParameters.map((parameter) => parameter.slice(0, parameter.lastIndexOf('.') + 1)));
  if (layers.size !== 1) throw invalid(name, `a top layer that is one layer, got ${layers.size} with parameters`);
  const scaled = topParameters.map((parameter) => {
    const tensor = parameters[parameter];
    if (!tensor) throw invalid(name, `a value of parameter "${parameter}", got none`);
    const values = toFloat64(tensor).map((value) => alpha * value);
    return [parameter, hostTensor(tensor.dtype, tensor.shape, values)] as const;
  });
  return { ...parameters, ...Object.fromEntries(scaled) };
}

const invalid = (model: string, difference: string): ThalwegError =>
  new ThalwegError('USAGE', `scaled top layer of ${model}: expected ${difference}`);
