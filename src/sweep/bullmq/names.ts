/** Prefix of all keys in Redis. */
export const prefix = 'thalweg';

/** The queue of runs. */
export const runQueueName = 'runs';
