/** Prefix of all keys in Redis. */
export const prefix = 'thalweg';

/** The queue of runs. */
export const runQueueName = 'runs';

/** The queue of parts of landscapes, and of what joins them. */
export const evaluationQueueName = 'evaluations';
