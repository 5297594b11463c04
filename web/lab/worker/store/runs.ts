import { messageOf, ThalwegError } from '../../../../src/base/index.ts';
import type { RunFile } from '../../../../src/contract/index.ts';
import {
  assertKnownSchema,
  completeRun,
  folderReader,
  idStem,
  isRunId,
  MetricsReader,
  MetricsWriter,
  migrate,
  RunRecorder,
  runFiles,
  type Asset,
  type NamedTensors,
  type NewRun,
  type RunReader,
  type RunWriter,
} from '../../../../src/store/core/index.ts';
import { packRun, unpackRun } from './archive.ts';
import type { WasmDatabase } from './database.ts';
import { FileTable } from './files.ts';
import { readableFolder, readCheckpoint, runFileOf, writableFolder } from './folder.ts';
import { openPool, type Pool } from './pool.ts';

/** The database of the small files of all runs, and that of a run's records. */
const filesName = '/files.db';
const metricsName = (run: string): string => `/runs/${run}/${runFiles.metrics}`;

/** The runs that this browser keeps of this page, held by this worker alone. */
export class LabRuns {
  readonly #pool: Pool;
  readonly #files: FileTable;
  readonly #open = new Map<string, WasmDatabase>();

  private constructor(pool: Pool, files: FileTable) {
    this.#pool = pool;
    this.#files = files;
  }

  /** Opens the browser's storage. Throws `RUN_STATE` while another tab has it, `USAGE` where there is none, `STORE_FAILED`. */
  static async open(): Promise<LabRuns> {
    const pool = await openPool();
    return new LabRuns(pool, new FileTable(pool.open(filesName)));
  }

  /** The run files, newest first. Throws `RUN_INVALID` for a damaged one. */
  list(): RunFile[] {
    return this.#files
      .runs()
      .map((run) => this.#folder(run).readFile())
      .sort((a, b) => b.created.localeCompare(a.created) || b.id.localeCompare(a.id));
  }

  /** Makes a run and opens it for writing, under the first free name that its specification gives. Throws `STORE_FAILED`. */
  async create(run: NewRun, assets: readonly Asset[] = []): Promise<RunWriter> {
    await this.#pool.reserve();
    const file = completeRun(run, this.#freeName(idStem(run.specification)), runFiles.file);
    const folder = writableFolder(this.#files, file.id, () => undefined);
    // First the records, then the file that makes a run of them: what a killed tab leaves between is overwritten.
    this.#pool.remove(metricsName(file.id));
    const writer = this.#writer(file);
    try {
      for (const asset of assets) if ('content' in asset) this.#files.replace(file.id, asset.name, asset.content);
      folder.writeFile(file);
      return writer;
    } catch (error) {
      writer.close();
      this.remove(file.id);
      throw error;
    }
  }

  /** Opens a run to go on writing it. Throws `RUN_NOT_FOUND`, `RUN_INVALID`, `STORE_FAILED`. */
  openWriter(run: string): RunWriter {
    return this.#writer(this.#folder(run).readFile());
  }

  /** Opens a run to read it, not while it is written. Throws `RUN_NOT_FOUND`, `RUN_INVALID`. */
  openReader(run: string): RunReader {
    this.#requireIdle(run);
    const folder = this.#folder(run);
    folder.readFile();
    return folderReader(folder, () => {
      const database = this.#pool.open(metricsName(run));
      migrate(database, metricsName(run));
      return new MetricsReader(metricsName(run), database, true);
    });
  }

  readCheckpoint(run: string, path: string): NamedTensors {
    return readCheckpoint(this.#files, run, path);
  }

  /** A file that a run keeps; null where there is none. */
  readFile(run: string, name: string): Uint8Array<ArrayBuffer> | null {
    return this.#files.read(run, name);
  }

  /** Removes a run that nobody writes. */
  remove(run: string): void {
    this.#requireIdle(run);
    this.#files.removeAll(run);
    this.#pool.remove(metricsName(run));
  }

  /** A run's folder as a zip file, which opens everywhere; not while it is written. */
  async export(run: string): Promise<Uint8Array<ArrayBuffer>> {
    this.#requireIdle(run);
    const file = this.#folder(run).readFile();
    const small = this.#files.list(run).map(({ name }) => [name, this.#files.read(run, name)!] as const);
    const content = new Map<string, Uint8Array>(small);
    content.set(runFiles.file, new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`));
    content.set(runFiles.metrics, await this.#pool.bytes(metricsName(run)));
    return packRun(run, content);
  }

  /**
   * Takes over the folder of a run from a zip file and returns its name, or nothing of it. Throws `RUN_INVALID` for what is no
   * such folder, or for a fork, whose records lie in its parent's folder as well, and `RUN_EXISTS`.
   */
  async import(zip: Uint8Array): Promise<string> {
    const { run, files } = unpackRun(zip);
    if (!isRunId(run)) throw invalid(run, 'a name that a run can have', JSON.stringify(run));
    if (this.#files.runs().includes(run))
      throw new ThalwegError('RUN_EXISTS', `run ${run}: expected a new name, got that of a run of this page`);
    const file = runFileOf(files.get(runFiles.file)!, `${run}/${runFiles.file}`);
    if (file.parent !== null)
      throw invalid(run, 'a run that began at its own beginning', `a fork of ${file.parent.run}`);
    await this.#takeMetrics(run, files.get(runFiles.metrics)!);
    try {
      for (const [name, content] of files)
        if (name !== runFiles.metrics && name !== runFiles.file) this.#files.replace(run, name, content);
      this.#files.replace(run, runFiles.file, files.get(runFiles.file)!);
      return run;
    } catch (error) {
      this.remove(run);
      throw error;
    }
  }

  async #takeMetrics(run: string, bytes: Uint8Array): Promise<void> {
    const name = metricsName(run);
    try {
      await this.#pool.take(name, bytes);
      const database = this.#pool.open(name);
      try {
        assertKnownSchema(database, name);
      } finally {
        database.close();
      }
    } catch (error) {
      this.#pool.remove(name);
      if (error instanceof ThalwegError) throw error;
      throw invalid(run, `a database in ${runFiles.metrics}`, messageOf(error));
    }
  }

  #writer(file: RunFile): RunWriter {
    this.#requireIdle(file.id);
    const name = metricsName(file.id);
    const database = this.#pool.open(name);
    this.#open.set(file.id, database);
    const close = (): void => database.close();
    try {
      migrate(database, name);
      // What was committed is on the disk already.
      const metrics = new MetricsWriter(name, { database, sync: () => undefined, close }, file.parent?.records ?? 0);
      const folder = writableFolder(this.#files, file.id, () => this.#open.delete(file.id));
      return new RunRecorder(file, { folder, metrics, withAncestors: (own) => own });
    } catch (error) {
      this.#open.delete(file.id);
      close();
      throw error;
    }
  }

  #folder(run: string) {
    return readableFolder(this.#files, run, () => this.#open.has(run));
  }

  #requireIdle(run: string): void {
    if (this.#open.has(run))
      throw new ThalwegError(
        'RUN_STATE',
        `run ${run}: expected a run that stands still, got one that is being written`,
      );
  }

  #freeName(stem: string): string {
    const taken = new Set(this.#files.runs());
    for (let n = 1; ; n++) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
  }
}

const invalid = (run: string, expected: string, got: string): ThalwegError =>
  new ThalwegError('RUN_INVALID', `run ${run}: expected ${expected}, got ${got}`);
