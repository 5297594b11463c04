import { fork, type ChildProcess } from 'node:child_process';
import { errorRegistry, messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { WorkerInput, WorkerOutput, WorkFailure } from './protocol.ts';
import type { ProcessEnd, Work, WorkRequest } from './work.ts';

/** Work that a process has in hand. */
interface Current<Message, Result> {
  asked: ProcessEnd['asked'];
  readonly onMessage: (message: Message) => void;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
  readonly died: (end: ProcessEnd) => Error;
}

/** A process whose program calls `serveRequests`. It has one piece of work in hand, or none: then it keeps nobody alive. */
export class WorkerProcess<Request, Message, Result> {
  readonly #child: ChildProcess;
  #current: Current<Message, Result> | null = null;
  #begun = 0;
  #isLeaving = false;
  /** Resolves when it is gone and everything that it told has arrived. */
  readonly gone: Promise<void>;

  constructor(program: string) {
    // Structured clones keep NaN, which JSON does not; standard output stays with the process that started this one.
    this.#child = fork(program, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child.on('message', (output: WorkerOutput<Message, Result>) => this.#hear(output));
    this.gone = endOf(this.#child).then((how) => this.#lose(how));
  }

  /** Pieces of work that it was given. */
  get begun(): number {
    return this.#begun;
  }

  /** Whether it can be given work. Its channel may outlive a process that was killed. */
  get isFree(): boolean {
    const isAlive = this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
    return this.#current === null && !this.#isLeaving && isAlive;
  }

  start({ request, onMessage, died }: WorkRequest<Request, Message>): Work<Result> {
    let current: Current<Message, Result>;
    const done = new Promise<Result>((resolve, reject) => {
      current = { asked: null, onMessage, resolve, reject, died };
    });
    this.#current = current!;
    this.#begun++;
    this.#keepParent(true);
    this.#send({ type: 'request', request });
    const isCurrent = (): boolean => this.#current === current;
    return {
      done,
      pause: () => {
        if (isCurrent()) this.#send({ type: 'pause' });
      },
      continue: () => {
        if (isCurrent()) this.#send({ type: 'continue' });
      },
      stop: () => {
        if (!isCurrent()) return;
        current.asked ??= 'stop';
        // The worker reads in order: it hears this before it is given anything else, and drops it where this work is over.
        this.#send({ type: 'stop' });
      },
      kill: () => {
        if (!isCurrent()) return;
        current.asked = 'kill';
        this.#child.kill('SIGKILL');
      },
    };
  }

  /** Ends it. It has nothing in hand, which would be stopped. */
  end(): Promise<void> {
    this.#keepParent(true);
    if (this.#child.connected) this.#child.disconnect();
    return this.gone;
  }

  #hear(output: WorkerOutput<Message, Result>): void {
    const current = this.#current;
    if (output.type === 'message') return current?.onMessage(output.message);
    if (output.type === 'leaving') {
      this.#isLeaving = true;
      return;
    }
    this.#current = null;
    this.#keepParent(false);
    if (output.type === 'ended') current?.resolve(output.result);
    else current?.reject(errorOf(output));
  }

  #lose(how: string): void {
    const current = this.#current;
    this.#current = null;
    current?.reject(current.died({ asked: current.asked, how }));
  }

  #send(input: WorkerInput<Request>): void {
    // A process that has just ended cannot hear; its end says all there is to say.
    if (this.#child.connected) this.#child.send(input, () => undefined);
  }

  #keepParent(kept: boolean): void {
    for (const handle of [this.#child, this.#child.channel]) {
      if (kept) handle?.ref();
      else handle?.unref();
    }
  }
}

/** How a process ended, once all messages have arrived: they may still be under way when it is gone. */
async function endOf(child: ChildProcess): Promise<string> {
  const failed = new Promise<string>((resolve) => {
    child.on('error', (cause) => {
      if (child.pid === undefined) resolve(`it could not be started: ${messageOf(cause)}`);
    });
  });
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', () => resolve()));
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(`it ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}`),
    );
  });
  return Promise.race([Promise.all([exited, disconnected]).then(([how]) => how), failed]);
}

/** The error that the work met, with its own stack. */
function errorOf({ code, message, stack }: WorkFailure): ThalwegError {
  const known = Object.hasOwn(errorRegistry, code);
  const error = new ThalwegError(known ? (code as ErrorCode) : 'INTERNAL', message);
  if (stack !== null) error.stack = stack;
  return error;
}
