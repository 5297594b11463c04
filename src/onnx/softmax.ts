import type { OnnxModel, OnnxNode } from '../graph/index.ts';
import { producersOf } from './order.ts';

/** What a network's scores are, as far as the file shows it. */
export interface ScoreKind {
  /** `probabilities` and `log-probabilities` come out of a (log-)softmax; losses expect logits. */
  readonly kind: 'logits' | 'probabilities' | 'log-probabilities';
  /** The value in front of the softmax: what to take as `scores` instead. */
  readonly logits?: string;
}

const movers = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast']);
const kinds: Readonly<Record<string, 'probabilities' | 'log-probabilities'>> = {
  Softmax: 'probabilities',
  LogSoftmax: 'log-probabilities',
};

/** Whether a value is the result of a softmax, by way of operators that only move elements. */
export function scoreKind(file: OnnxModel, scores: string): ScoreKind {
  const producers = producersOf(file);
  let node: OnnxNode | undefined = producers.get(scores);
  while (node && movers.has(node.operator)) node = producers.get(node.inputs[0]!);
  const kind = node && kinds[node.operator];
  return kind ? { kind, logits: node!.inputs[0]! } : { kind: 'logits' };
}
