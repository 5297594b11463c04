/**
 * Every error that a user can meet has a registered code. `docs/errors.md` explains each one and its remedy; a test
 * holds the two together. The library never prints: the command line and the page render the one-line message.
 */

/** What a registered error means for a process (`exit`) and for an HTTP response (`status`). */
export interface ErrorKind {
  readonly exit: 1 | 2 | 130;
  readonly status: number;
  readonly summary: string;
  readonly remedy: string;
}

const kind = (exit: ErrorKind['exit'], status: number, summary: string, remedy: string): ErrorKind => ({
  exit,
  status,
  summary,
  remedy,
});

export const errorRegistry = {
  GRAPH_SHAPE: kind(
    2,
    400,
    'An operator was given shapes it cannot combine.',
    'Look at the line named in the message; check the shapes of the arguments.',
  ),
  GRAPH_TYPE: kind(
    2,
    400,
    'An operator was given an element type it does not take.',
    'Cast the argument, or choose another operator.',
  ),
  GRAPH_ATTRIBUTE: kind(
    2,
    400,
    'An operator was given an attribute outside its range.',
    'Correct the option named in the message.',
  ),
  GRAPH_INVALID: kind(
    1,
    500,
    'A graph contradicts its own types.',
    'This is a defect: please report it with the printed graph.',
  ),
  NOT_DIFFERENTIABLE: kind(
    2,
    400,
    'A derivative was asked for where there is none.',
    'Differentiate with respect to a floating-point value that the result depends on.',
  ),
  NO_PER_EXAMPLE_RULE: kind(
    2,
    400,
    'Derivatives of single examples were asked for where a network mixes examples or has no rule to tell them apart.',
    'Take batch normalisation in evaluation mode; leave the parameter named in the message out, or take one example at a time.',
  ),
  NO_EXACT_TRACE: kind(
    2,
    400,
    'An exact Hessian trace was asked for where there is only an estimate.',
    'Estimate it with random probes (Hutchinson), or take batch normalisation in evaluation mode.',
  ),
  ONNX_INVALID: kind(
    2,
    400,
    'A file is not a valid ONNX model.',
    'Export the model again; check that the file is complete.',
  ),
  ONNX_UNSUPPORTED: kind(
    2,
    400,
    'A model uses an operator or version that Thalweg does not know.',
    'Export with another opset, or replace the operator.',
  ),
  RUNTIME_UNAVAILABLE: kind(
    1,
    503,
    'The device or its provider is not available.',
    'Choose another --device, or install the provider (docs/gpu.md).',
  ),
  RUNTIME_FAILED: kind(
    1,
    500,
    'The runtime could not compile or run a program.',
    'Read the reason in the message; try --device cpu.',
  ),
  DEVICE_MEMORY: kind(
    1,
    507,
    'The device has no memory left for a program.',
    'Take fewer examples at a time (batchSize, chunkSize, examples of probes), or go on elsewhere: `thalweg resume <run> --device cpu`.',
  ),
  DEVICE_LOST: kind(
    1,
    503,
    'The device stopped answering, and with it went what it held.',
    '`thalweg resume <run>` goes on from the last checkpoint, with `--device cpu` on the processor.',
  ),
  DEVICE_FEATURE: kind(
    1,
    503,
    'The driver or the device lacks what programs need.',
    'Install a newer driver (docs/gpu.md), or choose another --device.',
  ),
  RUNTIME_INPUT: kind(
    2,
    400,
    'A program was given an input of the wrong name, shape or type.',
    'Give every input with the shape the message states.',
  ),
  OPERATOR_INPUT: kind(
    2,
    400,
    'A linear operator, or an algorithm on one, was given what it does not take.',
    'Correct the size, type or option named in the message.',
  ),
  OPERATOR_PRODUCT: kind(
    1,
    422,
    'A product with a linear operator was not finite, or breaks what the operator promises.',
    'Look for an overflow at the parameters that are measured; measure at an earlier checkpoint.',
  ),
  SPECIFICATION_INVALID: kind(
    2,
    400,
    'A specification does not follow its schema.',
    'Correct the key named in the message; the JSON schema is docs/schema/specification.schema.json.',
  ),
  STUDY_UNKNOWN: kind(2, 404, 'There is no study of that name.', '`thalweg run --help` lists the studies.'),
  USAGE: kind(2, 400, 'A command was used wrongly.', '`thalweg <command> --help` shows its options with examples.'),
  DATA_MISSING: kind(
    1,
    404,
    'Files of a data set were not found.',
    'Run `thalweg data fetch <name>`, or point --data to the folder that holds them.',
  ),
  DATA_INVALID: kind(
    1,
    422,
    'A data file is damaged or of another format.',
    'Delete the file and fetch it again; `thalweg data verify` checks all.',
  ),
  DATA_FETCH: kind(
    1,
    502,
    'A download failed.',
    'Run the command again (it resumes), or put the files into the data folder by hand.',
  ),
  RUN_NOT_FOUND: kind(2, 404, 'There is no run of that name.', '`thalweg list` shows the runs; check --runs.'),
  RUN_EXISTS: kind(2, 409, 'A run of that name exists already.', 'Choose another name or delete the folder.'),
  RUN_INVALID: kind(
    1,
    422,
    'A run folder is damaged or was written by another version.',
    'Read the reason in the message; what is readable can still be exported.',
  ),
  RUN_STATE: kind(2, 409, 'The run is not in a state that allows this.', '`thalweg show <run>` gives its state.'),
  CHECKPOINT_INVALID: kind(
    1,
    422,
    'A checkpoint is damaged or belongs to another model.',
    'Resume from an older checkpoint.',
  ),
  WEIGHTS_INVALID: kind(
    1,
    422,
    'Weights from elsewhere do not suit the network, or are not finite.',
    'Give the --model that they were saved from; --weights-partial takes what matches and leaves the rest.',
  ),
  STORE_FAILED: kind(
    1,
    507,
    'A run could not be written.',
    'Check free space and permissions of the runs folder; everything recorded so far is kept and the run can be resumed.',
  ),
  TRAINING_DIVERGED: kind(
    1,
    422,
    'A loss or gradient was not finite.',
    'Lower the learning rate; the last good checkpoint is named in the message.',
  ),
  TRAINER_DIED: kind(
    1,
    500,
    'The training process ended without saying why.',
    'Everything recorded is kept: `thalweg resume <run>` goes on. SIGKILL often means that memory ran out: take smaller chunks.',
  ),
  TRAINERS_BUSY: kind(
    1,
    503,
    'As many runs train as this machine has cores.',
    'Wait until one has ended, or pause or stop one.',
  ),
  PORT_IN_USE: kind(1, 409, 'The address is already in use.', 'Choose another --port (0 takes a free one).'),
  SERVER_FAILED: kind(1, 500, 'The server could not be started.', 'Read the reason in the message.'),
  ROUTE_UNKNOWN: kind(
    2,
    404,
    'The server has nothing at this address.',
    'Check the address: /api/runs lists the runs, / is the page.',
  ),
  HOST_REFUSED: kind(
    2,
    403,
    'A request named a host that is not this machine.',
    'Open the page at the address that `thalweg serve` printed.',
  ),
  ORIGIN_REFUSED: kind(
    2,
    403,
    'A request came from a page of another server.',
    'Open the page itself; other programs send no `Origin`.',
  ),
  TOKEN_REFUSED: kind(
    2,
    401,
    'A server that other machines reach was asked without its token.',
    'Open the address that `thalweg serve` printed, or send `Authorization: Bearer <token>`.',
  ),
  QUEUE_FAILED: kind(
    1,
    503,
    'The queue of runs cannot be reached, or does not take orders.',
    'Start Redis or Valkey (docs/queue.md), or correct the address after --queue.',
  ),
  VERSION_REFUSED: kind(
    2,
    409,
    'A worker and its hub are of different versions of Thalweg.',
    'Install the same version on both.',
  ),
  RUN_TAKEN_OVER: kind(
    1,
    409,
    'Another worker has the run now.',
    'Nothing is to be done: that one goes on with it. What this worker made since then is left out.',
  ),
  COPY_DIFFERS: kind(
    1,
    409,
    'The copy of a run at the hub differs from what its worker has.',
    'Please report it with both folders; the run stays unfinished at the hub, and can be made again.',
  ),
  BATCH_INVALID: kind(
    1,
    400,
    'What a worker sent to its hub is damaged.',
    'Look for a proxy in between that changes what it passes on. Nothing of it was written.',
  ),
  HUB_FAILED: kind(
    1,
    502,
    'A hub could not be reached, or what answered is no hub.',
    'Check the address; the other machine runs `thalweg serve --hub`. A worker tries again by itself and loses nothing.',
  ),
  FIGURE_UNKNOWN: kind(2, 404, 'There is no figure of that name.', '`thalweg figure --help` lists the figures.'),
  NO_DATA: kind(
    1,
    404,
    'A figure or export has nothing to show.',
    'Let the run record the quantity first; the message names it.',
  ),
  ANSWER_INVALID: kind(
    1,
    502,
    'An answer of the server is damaged or of another version.',
    'Reload the page, so that it and the server are of one version.',
  ),
  INTERRUPTED: kind(
    130,
    503,
    'A run was interrupted after a checkpoint, or other work before its end.',
    '`thalweg resume <run>` goes on with a run; give any other command again.',
  ),
  INTERNAL: kind(1, 500, 'A defect in Thalweg.', 'Please report it with the message and the command.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorRegistry;

/** An error with a registered code. `message` is one line: subject, expectation, what came. */
export class ThalwegError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ThalwegError';
    this.code = code;
  }

  /** Exit code of a process that ends with this error. */
  get exitCode(): number {
    return errorRegistry[this.code].exit;
  }

  /** HTTP status of a response that carries this error. */
  get status(): number {
    return errorRegistry[this.code].status;
  }
}

/** Throws {@link ThalwegError} `INTERNAL` unless `condition` holds: for our own invariants, never for input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new ThalwegError('INTERNAL', `internal: ${message}`);
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
