import { Presets, SingleBar } from 'cli-progress';
import { ThalwegError } from '../../base/index.ts';
import {
  catalogueEntry,
  dataCatalogue,
  dataDirectories,
  fetchDataSet,
  verifyDataSet,
  type CatalogueEntry,
  type FileVerification,
} from '../../data/index.ts';
import { commandLine, formatBytes } from '../format.ts';
import { writeJson, writeLine, type Io, type Output } from '../io.ts';
import { formatTable } from '../table.ts';

export interface DataOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** What is in the data folder: `here`, `incomplete`, `missing`; or `generated`, `own` when there is nothing to fetch. */
async function stateOf(entry: CatalogueEntry, directory: string): Promise<string> {
  if (entry.origin !== 'published') return entry.origin;
  const files = await verifyDataSet(entry.name, directory);
  if (files.every(({ status }) => status === 'ok')) return 'here';
  return files.every(({ status }) => status === 'missing') ? 'missing' : 'incomplete';
}

/** `thalweg data list`. */
export async function dataList(options: DataOptions, io: Io): Promise<number> {
  const directory = dataDirectories(options.data)[0]!;
  const rows = await Promise.all(
    dataCatalogue.map(async (entry) => ({ ...entry, state: await stateOf(entry, directory) })),
  );
  if (options.json === true) {
    const sets = rows.map(({ name, title, description, examples, licence, source, state }) => ({
      name,
      title,
      description,
      examples,
      licence,
      source,
      state,
    }));
    writeJson(io.stdout, { directory, sets });
    return 0;
  }
  const table = formatTable(
    [
      { title: 'name', value: (row) => row.name },
      { title: 'state', value: (row) => row.state },
      {
        title: 'examples',
        value: (row) => (row.examples === null ? '' : `${row.examples.train} + ${row.examples.test}`),
        expendable: 1,
      },
      { title: 'description', value: (row) => row.description, expendable: 2 },
      { title: 'licence', value: (row) => row.licence, expendable: 3 },
    ],
    rows,
    io.stdout.columns,
  );
  writeLine(io.stdout, `${table}\nfolder: ${directory}`);
  return 0;
}

/** `thalweg data fetch <name>`; Ctrl-C keeps what has arrived. */
export async function dataFetch(name: string, options: DataOptions, io: Io): Promise<number> {
  const directory = dataDirectories(options.data)[0]!;
  const { origin } = catalogueEntry(name);
  if (origin !== 'published') {
    writeLine(
      io.stdout,
      `${name} ${origin === 'own' ? 'is made of your own files' : 'is generated'}: there is nothing to fetch`,
    );
    return 0;
  }
  const controller = new AbortController();
  const dispose = io.onSignal(() => controller.abort());
  const display = downloadDisplay(io.stderr);
  try {
    const files = await fetchDataSet(name, { directory, onProgress: display.show, signal: controller.signal });
    display.end();
    for (const { path, fetched } of files) writeLine(io.stdout, `${path}${fetched ? '' : ' (was there)'}`);
    return 0;
  } finally {
    display.end();
    dispose();
  }
}

interface DownloadDisplay {
  readonly show: (file: string, received: number, total: number | null) => void;
  readonly end: () => void;
}

/** A bar for each file in turn on a terminal; one line for each file elsewhere. */
function downloadDisplay(output: Output): DownloadDisplay {
  let current: string | undefined;
  const bar = new SingleBar(
    { stream: output, format: '{file}  {bar} {received} of {size}', barsize: 24, gracefulExit: false },
    Presets.shades_classic,
  );
  const begin = (file: string, received: number, total: number | null): void => {
    if (output.isTTY === true) {
      bar.stop();
      bar.start(total ?? received, received, {
        file,
        received: formatBytes(received),
        size: total === null ? '?' : formatBytes(total),
      });
    } else writeLine(output, `fetching ${file}${total === null ? '' : ` (${formatBytes(total)})`}`);
  };
  return {
    show(file, received, total) {
      if (file !== current) begin(file, received, total);
      else if (output.isTTY === true) bar.update(received, { received: formatBytes(received) });
      current = file;
    },
    end: () => bar.stop(),
  };
}

/**
 * `thalweg data verify [name]`: every file against its recorded checksum, folders by their layout. Without a name, the sets
 * of which anything is there. Throws `DATA_MISSING` or `DATA_INVALID`.
 */
export async function dataVerify(name: string | undefined, options: DataOptions, io: Io): Promise<number> {
  const directory = dataDirectories(options.data)[0]!;
  const entries = name === undefined ? dataCatalogue : [catalogueEntry(name)];
  const reports = await Promise.all(
    entries.map(async (entry) => ({ entry, files: await verifyDataSet(entry.name, directory) })),
  );
  const isHere = (files: readonly FileVerification[]): boolean => files.some(({ status }) => status !== 'missing');
  const isAnyHere = reports.some(({ files }) => isHere(files));
  for (const { entry, files } of reports) {
    if (entry.origin !== 'published')
      writeLine(io.stdout, `${entry.name}: ${entry.origin}, there are no files to verify`);
    else if (name === undefined && isAnyHere && !isHere(files)) writeLine(io.stdout, `${entry.name}: not here`);
    else reportFiles(entry.name, files, directory, options, io);
  }
  return 0;
}

function reportFiles(
  name: string,
  files: readonly FileVerification[],
  directory: string,
  options: DataOptions,
  io: Io,
): void {
  for (const { file, status, path } of files) {
    writeLine(io.stdout, `${name}: ${file} ${status}${path === null ? '' : `, ${path}`}`);
  }
  assertIntact(name, files, directory, options);
}

function assertIntact(name: string, files: readonly FileVerification[], directory: string, options: DataOptions): void {
  const named = (status: FileVerification['status']): string[] =>
    files.filter((file) => file.status === status).map(({ file }) => file);
  const [damaged, missing] = [named('damaged'), named('missing')];
  if (damaged.length + missing.length === 0) return;
  const got = [
    damaged.length > 0 ? `damaged ${damaged.join(', ')}` : '',
    missing.length > 0 ? `no ${missing.join(', ')}` : '',
  ];
  const place = options.data === undefined ? [] : ['--data', options.data];
  throw new ThalwegError(
    damaged.length > 0 ? 'DATA_INVALID' : 'DATA_MISSING',
    `${name}: expected ${files.length} intact files in ${directory}, got ${got.filter(Boolean).join(' and ')}; ` +
      `"${commandLine(['data', 'fetch', name, ...place])}" brings them`,
  );
}
