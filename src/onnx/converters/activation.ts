import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { knownValue } from '../values.ts';
import { throughFloat } from './elementwise.ts';

/** Non-linearities with constants, whose defaults are ONNX's. */

const unary =
  (compute: (x: Tensor, call: NodeCall) => Tensor): Converter =>
  (call) =>
    compute(call.input(0), call);

/** Limits are attributes before version 11, inputs since. */
function limitOf(call: NodeCall, name: string, index: number): Tensor | number | undefined {
  if (call.opset < 11) return call.has(name) ? call.number(name) : undefined;
  const limit = call.optional(index);
  const known = limit && knownValue(limit);
  return known?.data.length === 1 ? Number(known.data[0]) : limit;
}

/** Values that lie outside are moved to the nearer limit. */
function clip(call: NodeCall): Tensor {
  const low = limitOf(call, 'min', 1) ?? -Infinity;
  const high = limitOf(call, 'max', 2) ?? Infinity;
  return throughFloat([call.input(0)], (x) => {
    if (typeof low === 'number' && typeof high === 'number' && low <= high) return ops.clip(x!, low, high);
    const limit = (value: Tensor | number): Tensor | number =>
      typeof value === 'number' ? value : ops.cast(value, x!.dtype);
    return ops.minimum(ops.maximum(x!, limit(low)), limit(high));
  });
}

/** Before version 7 a vector of slopes belongs to the channels, later it is aligned at the last axis. */
function prelu(call: NodeCall): Tensor {
  const [x, slope] = [call.input(0), call.input(1)];
  const byChannel = call.opset < 7 && slope.rank === 1 && x.rank > 2;
  return ops.prelu(x, byChannel ? ops.reshape(slope, [-1, ...x.shape.slice(2).map(() => 1)]) : slope);
}

function gelu(call: NodeCall): Tensor {
  const approximate = call.text('approximate', 'none');
  if (approximate === 'none') return ops.gelu(call.input(0));
  return approximate === 'tanh'
    ? ops.geluTanh(call.input(0))
    : call.fail(`approximate "none" or "tanh", got "${approximate}"`);
}

export const activationConverters: ConverterTable = {
  Relu: always((call) => throughFloat([call.input(0)], (x) => ops.relu(x!))),
  LeakyRelu: always(unary((x, call) => ops.leakyRelu(x, call.number('alpha', 0.01)))),
  PRelu: always(prelu),
  ThresholdedRelu: always(unary((x, call) => ops.thresholdedRelu(x, call.number('alpha', 1)))),
  Clip: always(clip),
  Sigmoid: always(unary((x) => ops.sigmoid(x))),
  HardSigmoid: always(unary((x, call) => ops.hardSigmoid(x, call.number('alpha', 0.2), call.number('beta', 0.5)))),
  HardSwish: always(
    unary((x) => ops.hardSwish(x)),
    14,
  ),
  Tanh: always(unary((x) => ops.tanh(x))),
  Softplus: always(unary((x) => ops.softplus(x))),
  Softsign: always(unary((x) => ops.softsign(x))),
  Elu: always(unary((x, call) => ops.elu(x, call.number('alpha', 1)))),
  Selu: always(unary((x, call) => ops.selu(x, call.number('alpha', 1.6732632), call.number('gamma', 1.050701)))),
  Celu: always(
    unary((x, call) => ops.celu(x, call.number('alpha', 1))),
    12,
  ),
  Gelu: always(gelu, 20),
  Swish: always(
    unary((x, call) => ops.swish(x, call.number('alpha', 1))),
    24,
  ),
  Mish: always(
    unary((x) => ops.mish(x)),
    18,
  ),
};
