import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';
import { axisOf } from './axes.ts';
import { throughFloat } from './elementwise.ts';

/** Elements that indices name, where elements stand, and running sums. */

const indicesOf = (call: NodeCall, index: number): Tensor => ops.cast(call.input(index), 'int64');

function gather(call: NodeCall): Tensor {
  const x = call.input(0);
  return ops.gather(x, indicesOf(call, 1), axisOf(call, call.integer('axis', 0), x.rank));
}

function gatherElements(call: NodeCall): Tensor {
  const x = call.input(0);
  return ops.gatherElements(x, indicesOf(call, 1), axisOf(call, call.integer('axis', 0), x.rank));
}

const gatherND: Converter = (call) => ops.gatherND(call.input(0), indicesOf(call, 1), call.integer('batch_dims', 0));

/** Whether updates are added to what is there, or replace it. */
function scatterOptions(call: NodeCall): { add: boolean } {
  const reduction = call.text('reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw call.refuse(`reduction none or add, got ${reduction}`);
  return { add: reduction === 'add' };
}

function scatterElements(call: NodeCall): Tensor {
  const options = { ...scatterOptions(call), axis: axisOf(call, call.integer('axis', 0), call.input(0).rank) };
  return throughFloat([call.input(0), call.input(2)], (data, updates) =>
    ops.scatterElements(data!, indicesOf(call, 1), updates!, options),
  );
}

const scatterND: Converter = (call) =>
  throughFloat([call.input(0), call.input(2)], (data, updates) =>
    ops.scatterND(data!, indicesOf(call, 1), updates!, scatterOptions(call)),
  );

const argument =
  (find: typeof ops.argMax): Converter =>
  (call) => {
    const x = call.input(0);
    const axis = axisOf(call, call.integer('axis', 0), x.rank);
    const options = { axis, keep: call.flag('keepdims', true), last: call.flag('select_last_index', false) };
    return find(ops.cast(x, x.dtype === 'float32' ? 'float32' : 'float64'), options);
  };

function topK(call: NodeCall): Tensor[] {
  const x = call.input(0);
  const axis = axisOf(call, call.integer('axis', -1), x.rank);
  const k = call.opset < 10 ? call.integer('k') : call.knownNumber(1);
  const float = ops.cast(x, x.dtype === 'float32' ? 'float32' : 'float64');
  const { values, indices } = ops.topK(float, k, { axis, largest: call.flag('largest', true) });
  return [ops.cast(values, x.dtype), indices];
}

function cumulativeSum(call: NodeCall): Tensor {
  const axis = axisOf(call, call.knownNumber(1), call.input(0).rank);
  const options = { exclusive: call.flag('exclusive', false), reverse: call.flag('reverse', false) };
  return throughFloat([call.input(0)], (x) => ops.cumulativeSum(x!, axis, options));
}

export const indexedConverters: ConverterTable = {
  Gather: always(gather),
  GatherElements: always(gatherElements, 11),
  GatherND: always(gatherND, 11),
  Scatter: always(scatterElements, 9),
  ScatterElements: always(scatterElements, 11),
  ScatterND: always(scatterND, 11),
  ArgMax: always(argument(ops.argMax)),
  ArgMin: always(argument(ops.argMin)),
  TopK: always(topK),
  CumSum: always(cumulativeSum, 11),
};
