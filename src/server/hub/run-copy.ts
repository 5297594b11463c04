import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import type {
  ClaimBody,
  Claim,
  FinishBody,
  HubCheckpoint,
  HubPosition,
  HubRun,
  RunFile,
} from '../../contract/index.ts';
import {
  checkpointPath,
  checkReplicaFile,
  closeReplica,
  contentDigest,
  createReplica,
  FileDigests,
  hasCheckpoint,
  hasSideFile,
  listCheckpoints,
  listSideFiles,
  openReplica,
  receiveCheckpoint,
  receiveSideFile,
  removeCheckpoints,
  runDirectory,
  runFiles,
  type ContentDigest,
  type HistoryPage,
  type ReceiveOptions,
  type ReplicaOptions,
  type ReplicaWriter,
  type SideFile,
} from '../../store/index.ts';
import type { DataWitness } from './data-witness.ts';
import { readSessionNote, writeSessionNote, type SessionNote } from './session-notes.ts';

export interface RunCopyOptions {
  readonly runsDirectory: string;
  readonly id: string;
  readonly witness: DataWitness;
  /** How metrics and run file are written; tests act out a full disk. */
  readonly replica?: ReplicaOptions | undefined;
  /** How checkpoints are written. */
  readonly openFile?: ReceiveOptions['openFile'];
}

const nothing: HubPosition = { seq: 0, clock: -1, log: 0 };

/**
 * The copy of one run: who may write it, and what has arrived. The caller lets one request at a time in. What is answered has
 * happened, and survives a killed hub; what failed has changed nothing that the same request would not set right.
 */
export class RunCopy {
  readonly #options: RunCopyOptions;
  readonly #directory: string;
  readonly #digests = new FileDigests();
  #note: SessionNote | null;
  #writer: ReplicaWriter | null = null;
  #witnessed = false;

  /** Reads who may write. Throws `RUN_NOT_FOUND` for a name that no run has. */
  constructor(options: RunCopyOptions) {
    this.#options = options;
    this.#directory = runDirectory(options.runsDirectory, options.id);
    this.#note = readSessionNote(options.runsDirectory, options.id);
  }

  /** Gives the run to a worker. Throws `RUN_EXISTS` for another definition, and for a run that no worker made. */
  async claim({ definition, worker, holds, folder }: ClaimBody): Promise<Claim> {
    this.#requireDefinition(definition);
    const state = this.#state();
    const position = state === 'unfinished' ? this.#open().position : nothing;
    const { checkpoints, files } = state === 'unfinished' ? await this.#content() : { checkpoints: [], files: [] };
    // A finished run is nobody's: who finished it may still ask whether that was heard.
    if (state === 'finished')
      return { session: this.#note!.session, state, isContinued: false, position, checkpoints, files };
    const writer = state === 'missing' ? null : (this.#note?.writer ?? null);
    const isContinued =
      holds !== null &&
      (state === 'missing' || (holds.folder === writer && holds.seq >= position.seq && holds.log >= position.log));
    const session = (this.#note?.session ?? 0) + 1;
    this.#noteDown({ session, definition, worker, folder: isContinued ? holds.folder : folder, writer });
    return { session, state, isContinued, position, checkpoints, files };
  }

  /** Throws `RUN_INVALID`, and `DATA_INVALID` for a run on other examples than those that have its name. */
  file(session: number, text: string): HubPosition {
    this.#require(session);
    const file = checkReplicaFile(this.#options.id, text);
    this.#requireData(file);
    // A copy is finished when it was found equal, not before.
    const shown = file.status === 'finished' ? `${JSON.stringify({ ...file, status: 'running' }, null, 2)}\n` : text;
    this.#beginWriting();
    if (this.#state() === 'missing')
      this.#writer = createReplica(this.#options.runsDirectory, this.#options.id, shown, this.#options.replica);
    else this.#open().writeFile(shown);
    return this.#open().position;
  }

  records(session: number, page: HistoryPage): HubPosition {
    const writer = this.#writing(session);
    writer.apply(page);
    return writer.position;
  }

  log(session: number, from: number, bytes: Uint8Array): HubPosition {
    const writer = this.#writing(session);
    writer.appendLog(from, bytes);
    return writer.position;
  }

  alive(session: number): HubPosition {
    this.#require(session);
    return this.#state() === 'missing' ? nothing : this.#open().position;
  }

  async checkpoint(
    session: number,
    checkpoint: HubCheckpoint,
    pieces: AsyncIterable<Uint8Array>,
    onPiece: () => void,
  ): Promise<void> {
    const writer = this.#writing(session);
    if (await hasCheckpoint(this.#directory, checkpoint, this.#digests)) return;
    const { openFile } = this.#options;
    await receiveCheckpoint(this.#directory, checkpoint, pieces, {
      digests: this.#digests,
      onPiece,
      // Whoever goes on from it needs the records before it, also after a power cut.
      beforePlacing: () => writer.settle(),
      ...(openFile && { openFile }),
    });
  }

  /** Takes a file beside records and checkpoints. Throws `RUN_INVALID` for other contents than announced. */
  async sideFile(
    session: number,
    file: SideFile,
    pieces: AsyncIterable<Uint8Array>,
    onPiece: () => void,
  ): Promise<void> {
    this.#writing(session);
    if (await hasSideFile(this.#directory, file, this.#digests)) return;
    const { openFile } = this.#options;
    const options = { digests: this.#digests, onPiece, ...(openFile && { openFile }) };
    await receiveSideFile(this.#directory, file, pieces, options);
  }

  /** What somebody needs who brings the run elsewhere. Throws `RUN_NOT_FOUND`. */
  async describe(): Promise<HubRun> {
    const state = this.#state();
    if (state === 'missing')
      throw new ThalwegError(
        'RUN_NOT_FOUND',
        `run ${this.#options.id}: expected a run of the hub, got none of that name`,
      );
    return { state, ...(await this.#content()) };
  }

  removeCheckpoint(session: number, iteration: number): void {
    this.#writing(session);
    removeCheckpoints(listCheckpoints(this.#directory).filter((checkpoint) => checkpoint.iteration === iteration));
  }

  /** Compares everything with what the worker has, and ends the run. Throws `COPY_DIFFERS` with the parts that differ. */
  async finish(session: number, { file: text, names, digest }: FinishBody): Promise<ContentDigest> {
    this.#require(session, 'finished');
    const { id } = this.#options;
    const { status } = checkReplicaFile(id, text);
    if (status !== 'finished')
      throw new ThalwegError('RUN_STATE', `run ${id}: expected a finished run, got one that is ${status}`);
    if (this.#state() === 'missing')
      throw new ThalwegError('RUN_STATE', `run ${id}: expected a run that was sent, got none`);
    const isFinished = this.#state() === 'finished';
    const own = await contentDigest(this.#directory, this.#digests, isFinished ? undefined : text, names);
    requireEqual(id, own, digest);
    if (isFinished) return own;
    const writer = this.#open();
    writer.settle();
    writer.writeFile(text);
    writer.settle();
    this.close();
    return own;
  }

  release(session: number): void {
    this.#require(session, 'finished');
    this.close();
  }

  /** Closes what is open and lets the lock go: the run shows as interrupted until the next request. */
  close(): void {
    const writer = this.#writer;
    this.#writer = null;
    if (writer) closeReplica(writer);
  }

  #state(): Claim['state'] {
    const path = join(this.#directory, runFiles.file);
    if (this.#writer) return 'unfinished';
    if (!existsSync(this.#directory)) return 'missing';
    try {
      return checkReplicaFile(this.#options.id, readFileSync(path, 'utf8')).status === 'finished'
        ? 'finished'
        : 'unfinished';
    } catch {
      // A power cut can leave the run file torn: the worker sends it again.
      return 'unfinished';
    }
  }

  #requireDefinition(definition: string): void {
    const { id } = this.#options;
    if (this.#state() === 'missing' || this.#note?.definition === definition) return;
    const got = this.#note ? 'one that was made from another definition' : 'one that no worker made';
    throw new ThalwegError('RUN_EXISTS', `run ${id}: expected no other run of that name at the hub, got ${got}`);
  }

  #requireData(file: RunFile): void {
    if (this.#witnessed) return;
    this.#options.witness.require(file);
    this.#witnessed = true;
  }

  /** Throws `RUN_TAKEN_OVER` for a session that is not the last one. */
  #require(session: number, allowed?: 'finished'): void {
    const { id } = this.#options;
    const current = this.#note?.session ?? 0;
    if (session !== current) {
      const by = this.#note ? `, which worker ${this.#note.worker.id} on ${this.#note.worker.host} has` : '';
      throw new ThalwegError('RUN_TAKEN_OVER', `run ${id}: expected session ${current}${by}, got session ${session}`);
    }
    if (allowed !== 'finished' && this.#state() === 'finished')
      throw new ThalwegError('RUN_STATE', `run ${id}: expected an unfinished run, got one that is finished`);
  }

  #writing(session: number): ReplicaWriter {
    this.#require(session);
    if (this.#state() === 'missing')
      throw new ThalwegError('RUN_STATE', `run ${this.#options.id}: expected its run file first, got something else`);
    this.#beginWriting();
    return this.#open();
  }

  /** Notes, before the first change, from which folder the copy comes now. */
  #beginWriting(): void {
    const note = this.#note!;
    if (note.writer !== note.folder) this.#noteDown({ ...note, writer: note.folder });
  }

  #noteDown(note: SessionNote): void {
    writeSessionNote(this.#options.runsDirectory, this.#options.id, note);
    this.#note = note;
  }

  #open(): ReplicaWriter {
    return (this.#writer ??= openReplica(this.#options.runsDirectory, this.#options.id, this.#options.replica));
  }

  async #content(): Promise<Pick<HubRun, 'checkpoints' | 'files'>> {
    const found = listCheckpoints(this.#directory);
    const checkpoints = await Promise.all(
      found.map(async ({ iteration, bytes }) => ({
        iteration,
        bytes,
        sha256: await this.#digests.of(checkpointPath(this.#directory, iteration)),
      })),
    );
    return { checkpoints, files: await listSideFiles(this.#directory, this.#digests) };
  }
}

function requireEqual(id: string, own: ContentDigest, theirs: ContentDigest): void {
  const parts = (Object.keys(own) as (keyof ContentDigest)[]).filter((part) => own[part] !== theirs[part]);
  if (parts.length === 0) return;
  throw new ThalwegError(
    'COPY_DIFFERS',
    `run ${id}: expected the content that its worker has, got another ${parts.join(', ')}`,
  );
}
