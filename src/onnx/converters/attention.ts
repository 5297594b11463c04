import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { throughFloat } from './elementwise.ts';

/** Attention as one operator (opset 23 and later), made of products and softmax. */

/** Heads apart: [n, length, heads·size] → [n, heads, length, size]. */
function headsApart(call: NodeCall, x: Tensor, attribute: string): Tensor {
  if (x.rank === 4) return x;
  const [n, length, width] = x.shape as [number, number, number];
  const heads = call.integer(attribute);
  if (x.rank !== 3 || !(heads > 0) || width % heads !== 0)
    call.fail(`[n, length, heads·size] with ${heads} heads, got [${x.shape.join(',')}]`);
  return ops.transpose(ops.reshape(x, [n, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** Each head of keys and values for as many heads of queries as share it. */
function sharedHeads(call: NodeCall, x: Tensor, heads: number): Tensor {
  const [n, own, length, size] = x.shape as [number, number, number, number];
  if (own === heads) return x;
  if (heads % own !== 0) call.fail(`heads of queries in groups of ${own}, got ${heads}`);
  const groups = ops.expand(ops.reshape(x, [n, own, 1, length, size]), [n, own, heads / own, length, size]);
  return ops.reshape(groups, [n, heads, length, size]);
}

/** Where scores count: 0, and −∞ where they do not, or a bias that is given; null: everywhere. */
function biasOf(call: NodeCall, scores: Tensor, past: number): Tensor[] {
  const [rows, columns] = scores.shape.slice(-2) as [number, number];
  const biases: Tensor[] = [];
  const hiding = (visible: Tensor): Tensor =>
    ops.where(
      visible,
      ops.full(0, { dtype: scores.dtype, shape: [] }),
      ops.full(-Infinity, { dtype: scores.dtype, shape: [] }),
    );
  const mask = call.optional(3);
  if (mask) {
    const bias = mask.dtype === 'bool' ? hiding(mask) : mask;
    // A mask may be shorter than the keys; what it does not reach is hidden.
    const missing = columns - mask.shape.at(-1)!;
    const none = mask.shape.map(() => 0);
    biases.push(missing > 0 ? ops.pad(bias, none, none.with(-1, missing), -Infinity) : bias);
  }
  const lengths = call.optional(6) && ops.reshape(call.input(6), [-1, 1, 1, 1]);
  const column = ops.range(columns, 'int64');
  if (call.flag('is_causal', false)) {
    // The last query sees the last key: of those that count, where their number is given.
    const row = ops.reshape(ops.range(rows, 'int64', lengths ? -rows : past), [rows, 1]);
    const last = lengths ? throughFloat([row, lengths], (one, other) => ops.add(one, other)) : row;
    biases.push(hiding(ops.lessOrEqual(column, last)));
  }
  if (lengths) biases.push(hiding(ops.less(column, lengths)));
  return biases;
}

/** Softmax over the last axis; weights of a row without anything visible are 0. */
function visibleSoftmax(scores: Tensor): Tensor {
  const isHidden = ops.equal(ops.max(scores, { axes: [-1], keep: true }), -Infinity);
  return ops.where(isHidden, 0, ops.softmax(ops.where(isHidden, 0, scores), -1));
}

function attention(call: NodeCall): (Tensor | null)[] {
  const query = headsApart(call, call.input(0), 'q_num_heads');
  const [key, value] = [1, 2].map((index) => {
    const own = headsApart(call, call.input(index), 'kv_num_heads');
    const before = call.optional(index + 3);
    return before ? ops.concat([before, own], 2) : own;
  }) as [Tensor, Tensor];
  const past = call.optional(4)?.shape[2] ?? 0;
  const [n, heads, length] = query.shape as [number, number, number];
  const scale = call.number('scale', 1 / Math.sqrt(query.shape[3]!));
  const keys = ops.transpose(sharedHeads(call, key, heads), [0, 1, 3, 2]);
  const products = ops.mul(ops.matmul(query, keys), scale);
  const cap = call.number('softcap', 0);
  const capped = cap === 0 ? products : ops.mul(ops.tanh(ops.mul(products, 1 / cap)), cap);
  const biased = biasOf(call, products, past).reduce((scores, bias) => ops.add(scores, bias), capped);
  const weights = biased === capped ? ops.softmax(biased, -1) : visibleSoftmax(biased);
  const y = ops.matmul(weights, sharedHeads(call, value, heads));
  const joined = (): Tensor => ops.reshape(ops.transpose(y, [0, 2, 1, 3]), [n, length, heads * value.shape[3]!]);
  const stages = [products, capped, biased, weights];
  const stage = call.integer('qk_matmul_output_mode', 0);
  return [
    call.input(0).rank === 3 ? joined() : y,
    key,
    value,
    stages[stage] ?? call.fail(`qk_matmul_output_mode 0 to 3, got ${stage}`),
  ];
}

/** Pairs of features turned by angles that grow with the position: cosines and sines are given. */
function rotaryEmbedding(call: NodeCall): Tensor {
  const given = call.input(0);
  const x = headsApart(call, given, 'num_heads');
  const [n, heads, length, size] = x.shape as [number, number, number, number];
  const width = call.integer('rotary_embedding_dim', 0) || size;
  const half = width / 2;
  const angles = (index: number): Tensor => {
    const table = call.input(index);
    const positions = call.optional(3);
    const rows = positions ? ops.gather(table, ops.cast(positions, 'int64')) : table;
    return ops.reshape(rows, [n, 1, length, half]);
  };
  const [cos, sin] = [angles(1), angles(2)];
  const rotated = ops.slice(x, 3, 0, width);
  const interleaved = call.flag('interleaved', false);
  const even = interleaved ? ops.slice(rotated, 3, 0, width, 2) : ops.slice(rotated, 3, 0, half);
  const odd = interleaved ? ops.slice(rotated, 3, 1, width, 2) : ops.slice(rotated, 3, half, width);
  const parts = [ops.sub(ops.mul(cos, even), ops.mul(sin, odd)), ops.add(ops.mul(sin, even), ops.mul(cos, odd))];
  const turned = interleaved ? ops.reshape(ops.stack(parts, 4), rotated.shape) : ops.concat(parts, 3);
  const y = width === size ? turned : ops.concat([turned, ops.slice(x, 3, width, size)], 3);
  return given.rank === 3 ? ops.reshape(ops.transpose(y, [0, 2, 1, 3]), [n, length, heads * size]) : y;
}

export const attentionConverters: ConverterTable = {
  Attention: always(attention, 23),
  RotaryEmbedding: always(rotaryEmbedding, 23),
};
