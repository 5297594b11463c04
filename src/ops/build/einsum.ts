import { ThalwegError, sizeOf } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { atUserLine } from '../apply.ts';
import { expand, reshape } from './basic.ts';
import { matmul } from './linear.ts';
import { transpose } from './movement.ts';
import { diagonal } from './rearrange.ts';
import { sum } from './reduce.ts';

/** A tensor whose axes have names. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein's sum: `einsum('bij,bjk->bik', x, y)`. One letter for each axis; letters that the result lacks are summed over;
 * without `->` the result has the letters that occur once, in alphabetical order. `...` stands for axes that broadcast; a
 * letter twice in one operand is its diagonal. Operands are joined from left to right by matrix products. Throws
 * `GRAPH_ATTRIBUTE` for an equation that does not fit the operands.
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const [left, right] = equation.replaceAll(' ', '').split('->') as [string, string | undefined];
  const terms = left.split(',');
  if (terms.length !== operands.length) refuse(equation, `${terms.length} operands, got ${operands.length}`);
  const named = operands.map((x, index) => labelled(equation, terms[index]!, x));
  const dots = Math.max(...named.map(({ labels }) => labels.filter(isDot).length));
  const result = right === undefined ? implicit(named, dots) : lettersOf(equation, right, dots);
  const sizes = sizesOf(equation, named);
  if (!result.every((label) => sizes.has(label)) || new Set(result).size < result.length)
    refuse(equation, 'a result of distinct letters that the operands have');
  const broadcast = named.map(({ x, labels }) => {
    const shape = labels.map((label) => (isDot(label) ? sizes.get(label)! : -1));
    return { x: expand(x, x.shape.map((size, axis) => (shape[axis] === -1 ? size : shape[axis]!))), labels };
  });
  const joined = broadcast.slice(1).reduce((a, b, index) => {
    const needed = new Set([...result, ...broadcast.slice(index + 2).flatMap(({ labels }) => labels)]);
    return contracted(summed(a, [...needed, ...b.labels]), summed(b, [...needed, ...a.labels]), needed);
  }, broadcast[0]!);
  return ordered(summed(joined, result), result);
}

function refuse(equation: string, expected: string): never {
  throw new ThalwegError('GRAPH_ATTRIBUTE', `einsum "${equation}": expected ${expected}${atUserLine()}`);
}

/** Axes of an ellipsis are named by their distance from its end. */
const isDot = (label: string): boolean => label.startsWith('.');
const dotLabels = (count: number): string[] => Array.from({ length: count }, (_, index) => `.${count - index}`);

/** The letters of one term, with `dots` names for an ellipsis. */
function lettersOf(equation: string, term: string, dots: number): string[] {
  if (!/^[A-Za-z]*(\.\.\.[A-Za-z]*)?$/.test(term)) refuse(equation, `letters and at most one "..." in "${term}"`);
  const [before, after] = term.split('...') as [string, string | undefined];
  return after === undefined ? [...before] : [...before, ...dotLabels(dots), ...after];
}

/** An operand with its letters, each once. */
function labelled(equation: string, term: string, x: Tensor): Labelled {
  const letters = term.replace('...', '').length;
  const labels = lettersOf(equation, term, Math.max(0, x.rank - letters));
  if (labels.length !== x.rank) refuse(equation, `a tensor of rank ${letters} for "${term}", got ${x.toString()}`);
  const again = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (again === -1) return { x, labels };
  const first = labels.indexOf(labels[again]!);
  return labelled(equation, labels.toSpliced(again, 1).map(plain).join(''), diagonal(x, first, again));
}

/** A name as it is written; the names of an ellipsis together are the dots. */
const plain = (label: string): string => (isDot(label) ? (label === '.1' ? '...' : '') : label);

function implicit(named: readonly Labelled[], dots: number): string[] {
  const all = named.flatMap(({ labels }) => labels).filter((label) => !isDot(label));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...dotLabels(dots), ...once.sort()];
}

/** The size of each letter's axis; those of an ellipsis may be 1 in some operands. */
function sizesOf(equation: string, named: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { x, labels } of named)
    labels.forEach((label, axis) => {
      const [known, own] = [sizes.get(label), x.shape[axis]!];
      const broadcasts = isDot(label) && (known === 1 || own === 1);
      if (known !== undefined && known !== own && !broadcasts)
        refuse(equation, `one size for "${isDot(label) ? '...' : label}", got ${known} and ${own}`);
      sizes.set(label, isDot(label) && known !== undefined ? Math.max(known, own) : own);
    });
  return sizes;
}

/** Sums over the axes whose names are not needed. */
function summed({ x, labels }: Labelled, needed: readonly string[]): Labelled {
  const axes = labels.flatMap((label, axis) => (needed.includes(label) ? [] : [axis]));
  return { x: sum(x, { axes }), labels: labels.filter((label) => needed.includes(label)) };
}

/** Axes in the order of `names`. */
function ordered({ x, labels }: Labelled, names: readonly string[]): Tensor {
  const order = names.map((name) => labels.indexOf(name));
  return order.every((axis, index) => axis === index) ? x : transpose(x, order);
}

/** One batched matrix product over the names that both have and nothing needs any more. */
function contracted(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const both = a.labels.filter((label) => b.labels.includes(label));
  const [batch, inner] = [both.filter((label) => needed.has(label)), both.filter((label) => !needed.has(label))];
  const rows = a.labels.filter((label) => !both.includes(label));
  const columns = b.labels.filter((label) => !both.includes(label));
  const size = ({ x, labels }: Labelled, names: readonly string[]): number[] =>
    names.map((name) => x.shape[labels.indexOf(name)]!);
  const [batchSizes, k] = [size(a, batch), sizeOf(size(a, inner))];
  const left = reshape(ordered(a, [...batch, ...rows, ...inner]), [...batchSizes, sizeOf(size(a, rows)), k]);
  const right = reshape(ordered(b, [...batch, ...inner, ...columns]), [...batchSizes, k, sizeOf(size(b, columns))]);
  const product = reshape(matmul(left, right), [...batchSizes, ...size(a, rows), ...size(b, columns)]);
  return { x: product, labels: [...batch, ...rows, ...columns] };
}
