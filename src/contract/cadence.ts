import { z } from 'zod';
import { ThalwegError } from '../base/index.ts';

/** "1 epoch", "40 iterations": a length of training, or a distance between two events of it. */
export interface Span {
  readonly count: number;
  readonly unit: 'iteration' | 'epoch';
}

const spanPattern = /^([1-9]\d{0,8}) (iteration|epoch)s?$/;

const spanText = z.string().regex(spanPattern, 'expected a span such as "40 iterations" or "2 epochs"');

/** How long training lasts. */
export const spanSchema = spanText;
/** How often something happens: once per span. */
export const cadenceSchema = spanText;

/** Reads "40 iterations". Throws `SPECIFICATION_INVALID` for anything else. */
export function parseSpan(text: string): Span {
  const match = spanPattern.exec(text);
  if (!match)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `span: expected "<n> iterations" or "<n> epochs", got ${JSON.stringify(text)}`,
    );
  return { count: Number(match[1]), unit: match[2] as Span['unit'] };
}

/** The span in iterations, when an epoch has `iterationsPerEpoch`. */
export function spanIterations(text: string, iterationsPerEpoch: number): number {
  const span = parseSpan(text);
  return span.unit === 'epoch' ? span.count * iterationsPerEpoch : span.count;
}
