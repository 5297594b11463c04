/** Something that is carried out in another process. */
export interface Work<Result> {
  /** Asks this work, and no other, to end; what it can keep, it keeps. Afterwards it does nothing. */
  stop(): void;
  /** Ends its process at once. Afterwards it does nothing. */
  kill(): void;
  /** What it gave. Rejects with its own error, or with that of {@link WorkRequest.died}. */
  readonly done: Promise<Result>;
}

/** How a process ended that owed an answer. */
export interface ProcessEnd {
  /** What this process had asked for. */
  readonly asked: 'stop' | 'kill' | null;
  /** `it ended with exit code 7`. */
  readonly how: string;
}

/** What is asked of a worker process. */
export interface WorkRequest<Request, Message> {
  readonly request: Request;
  /** Hears every message in order before the work is done. */
  readonly onMessage: (message: Message) => void;
  /** The error of a process that ended without an answer. */
  readonly died: (end: ProcessEnd) => Error;
}
