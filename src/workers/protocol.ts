/** What the starting process tells a worker process: a request, whose answer it awaits before the next, or that the work shall stop. */
export type WorkerInput<Request> = { readonly type: 'request'; readonly request: Request } | { readonly type: 'stop' };

/** What a worker process tells of its work: messages, then how it ended. */
export type WorkerOutput<Message, Result> =
  | { readonly type: 'message'; readonly message: Message }
  /** The process was told to end by somebody else: it takes no other request. */
  | { readonly type: 'leaving' }
  | { readonly type: 'ended'; readonly result: Result }
  | WorkFailure;

/** The error that ended a piece of work. */
export interface WorkFailure {
  readonly type: 'failed';
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
}
