import { Queue, type FlowJob, type FlowJobNode, type Job } from 'bullmq';
import { ThalwegError } from '../../base/index.ts';
import {
  evaluatedPointsSchema,
  landscapeWorkSchema,
  partJobSchema,
  type EvaluatedPoints,
  type EvaluationJob,
  type JoinJob,
  type PartJob,
} from '../../contract/index.ts';
import type { LandscapeLayout, LandscapePart } from '../../run/index.ts';
import { digestOf } from '../identity.ts';
import type { QueueConnection } from './connection.ts';
import { evaluationQueueName, prefix } from './names.ts';

/** What a worker tells of a part: points that are computed. */
export interface PartProgress {
  readonly points: number;
}

export type EvaluationQueueJob = Job<EvaluationJob, EvaluatedPoints, string, PartProgress>;
export type EvaluationJobs = Queue<EvaluationQueueJob>;

/** The queue of evaluations over a connection, which stays open when it is closed. */
export const openEvaluations = ({ client }: QueueConnection): EvaluationJobs =>
  new Queue<EvaluationQueueJob>(evaluationQueueName, { connection: client, prefix });

/** Most parts of a landscape: each loads data and network, and all of their results lie in Redis at once. */
const mostParts = 64;

const hour = 3600;

/** A landscape in a queue: the jobs of its parts, and the one that joins them. */
export interface EvaluationFlow {
  /** Of the parent: the same for the same numbers, so that what is started twice stands there once. */
  readonly id: string;
  /** Points of the parts, by the ids of their jobs. */
  readonly parts: ReadonlyMap<string, number>;
  readonly flow: FlowJob;
}

/**
 * The flow of what a landscape lacks.
 *
 * @param cut cuts it into about so many parts
 * @param checkpoints what they are computed from
 */
export function evaluationFlow(
  layout: LandscapeLayout,
  cut: (count: number) => readonly { readonly first: number; readonly count: number }[],
  checkpoints: PartJob['checkpoints'],
  { thalweg, priority, attempts }: { readonly thalweg: string; readonly priority: number; readonly attempts: number },
): EvaluationFlow {
  const { request, identity, points } = layout;
  const first = layout.kept?.completed ?? 0;
  const id = `${request.what}-${digestOf([identity, first, thalweg])}`;
  const jobs = cut(mostParts).map((part) => ({
    jobId: `${id}-${part.first}`,
    data: partJobSchema.parse({
      ...{ kind: 'part', landscape: workOf(layout), identity, checkpoints: [...checkpoints], ...part, thalweg },
    }),
  }));
  const kept = { removeOnComplete: { age: hour }, removeOnFail: { age: 24 * hour } };
  const children = jobs.map(({ jobId, data }): FlowJobNode => ({
    ...{ name: 'part', queueName: evaluationQueueName, prefix, data },
    opts: {
      ...{ jobId, priority, attempts, ...kept, failParentOnFailure: true },
      backoff: { type: 'exponential', delay: 5000 },
    },
  }));
  const join: EvaluationJob = { kind: 'join', first, points: points - first, thalweg };
  const flow = {
    ...{ name: 'join', queueName: evaluationQueueName, prefix, data: join, children },
    opts: { jobId: id, priority, ...kept },
  };
  return { id, parts: new Map(jobs.map(({ jobId, data }) => [jobId, data.count])), flow };
}

/** What a part is asked for, without what the place of its runs says. */
function workOf({ request }: LandscapeLayout): PartJob['landscape'] {
  const { runsDirectory: _runs, dataDirectory: _data, state: _state, ...work } = request;
  return landscapeWorkSchema.parse(work);
}

/** Points as they travel. */
export const encodePoints = ({ first, weights, loss, accuracy, processors }: LandscapePart): EvaluatedPoints => ({
  first,
  weights: textOf(weights),
  loss: textOf(loss),
  accuracy: textOf(accuracy),
  processors: [...processors],
});

/** What {@link encodePoints} made. Throws `QUEUE_FAILED` for something else. */
export function decodePoints(value: unknown): LandscapePart {
  const { data } = evaluatedPointsSchema.safeParse(value);
  if (!data) throw damaged('something else');
  const [weights, loss, accuracy] = [numbersOf(data.weights), numbersOf(data.loss), numbersOf(data.accuracy)];
  if (loss.length === 0 || loss.length !== accuracy.length || weights.length % loss.length !== 0)
    throw damaged(`${loss.length} losses, ${accuracy.length} accuracies and ${weights.length} weights`);
  return { first: data.first, weights, loss, accuracy, processors: data.processors };
}

const damaged = (got: string): ThalwegError =>
  new ThalwegError('QUEUE_FAILED', `queue: expected the points of a landscape, got ${got}`);

const textOf = ({ buffer, byteOffset, byteLength }: Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

function numbersOf(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 8 !== 0) throw damaged(`${bytes.length} bytes of float64`);
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** The points of all parts as one, from the first on. Throws `QUEUE_FAILED` where some are missing: somebody took a part out. */
export function joinPoints({ first, points }: JoinJob, parts: readonly unknown[]): EvaluatedPoints {
  const sorted = parts.map(decodePoints).sort((a, b) => a.first - b.first);
  let next = first;
  for (const part of sorted) {
    if (part.first !== next) break;
    next += part.loss.length;
  }
  if (next !== first + points)
    throw new ThalwegError('QUEUE_FAILED', `queue: expected ${points} points of a landscape, got ${next - first}`);
  const joined = (values: (part: LandscapePart) => Float64Array): Float64Array =>
    Float64Array.from(sorted.flatMap((part) => Array.from(values(part))));
  return encodePoints({
    first,
    weights: joined((part) => part.weights),
    loss: joined((part) => part.loss),
    accuracy: joined((part) => part.accuracy),
    processors: [...new Set(sorted.flatMap((part) => part.processors))],
  });
}
