import { errorRegistry, messageOf, ThalwegError, type ErrorCode } from '../../base/index.ts';

/** BullMQ keeps of a failure only its message: this one has the code in it. */
export const reasonOf = ({ code, message }: ThalwegError): string => `[${code}] ${message}`;

/** The error that a job failed with. What BullMQ itself says, such as of a job that stalled too often, is a dead trainer. */
export function errorOfReason(id: string, reason: string): ThalwegError {
  const [, code, message] = /^\[([A-Z_]+)\] (.*)$/s.exec(reason) ?? [];
  if (code !== undefined && Object.hasOwn(errorRegistry, code)) return new ThalwegError(code as ErrorCode, message!);
  return new ThalwegError('TRAINER_DIED', `run ${id}: expected its job to be done, got: ${reason}`);
}

/** What was meant for people, of a reason as a job keeps it. */
export const textOfReason = (reason: string): string => reason.replace(/^\[[A-Z_]+\] /, '');

/** What befalls a run on every machine: another attempt would only take time. */
const everywhere: readonly ErrorCode[] = [
  ...(['GRAPH_SHAPE', 'GRAPH_TYPE', 'GRAPH_ATTRIBUTE', 'GRAPH_INVALID'] as const),
  ...(['NOT_DIFFERENTIABLE', 'NO_PER_EXAMPLE_RULE', 'NO_EXACT_TRACE', 'OPERATOR_INPUT', 'OPERATOR_PRODUCT'] as const),
  ...(['SPECIFICATION_INVALID', 'TRAINING_DIVERGED', 'RUN_EXISTS', 'USAGE'] as const),
];

export const failsEverywhere = ({ code }: ThalwegError): boolean => everywhere.includes(code);

/** Whether an error only says that the server cannot be reached for now, which the connection notes itself. */
export const isOfConnection = (error: unknown): boolean =>
  /ECONN|ETIMEDOUT|Connection is closed|EPIPE/.test(messageOf(error));
