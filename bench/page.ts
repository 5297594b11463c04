import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium } from '../test/web/chromium.ts';
import { LiveRuns } from './live-runs.ts';
import { measures, type PageBench } from './page-measures.ts';
import { bigWalk, writeBigRun, writeManyRuns } from './runs.ts';
import { ServedRuns } from './served.ts';

const help = `npm run bench:page: how quick page and server are with a run of 1,000,010 interpolated points and 200 series, with 1,000
runs compared, with 20 runs that train at the same time, and with a long list of runs. The built server (npm run build) runs in a process of
its own; Chromium draws (CHROMIUM_PATH; default: /usr/bin/chromium) without a GPU. Nothing else should run.

  npm run build && npm run bench:page
  npm run bench:page -- --only walk          one or some: ${Object.keys(measures).join(', ')}
  npm run bench:page -- --folder /tmp/runs   writes the runs there, or takes those that are there from the last time
  npm run bench:page -- --runs 200           fewer runs to compare (default: 1000); the list is twice as long and 500 more`;

const { values: options } = parseArgs({
  args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
  options: {
    only: { type: 'string', multiple: true, default: [] },
    folder: { type: 'string' },
    runs: { type: 'string', default: '1000' },
    help: { type: 'boolean', default: false },
  },
});

/** Writes what is measured, where it does not stand there yet. */
function prepare(folder: string, count: number): Pick<PageBench, 'runs' | 'list' | 'many'> {
  const runs = join(folder, 'runs');
  if (!existsSync(join(runs, 'big'))) {
    const { records, seconds } = writeBigRun(runs, 'big');
    console.log(`written: ${records} records, ${((1e6 * seconds) / records).toPrecision(3)} µs each`);
  }
  const many = writeManyRuns(runs, count);
  // A folder of its own: everything else should not have to carry so long a list.
  const list = join(folder, 'list');
  for (let index = 0; index < 2 * count + 500; index++) {
    const [from, to] = [join(runs, many[index % count]!), join(list, `run-${index}`)];
    if (!existsSync(to)) cpSync(from, to, { recursive: true });
  }
  return { runs, list, many };
}

async function main(): Promise<void> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'thalweg-bench-'));
  const load = (): string => loadavg()[0]!.toFixed(1);
  try {
    console.log(
      `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load ${load()}, a walk of ` +
        `${bigWalk.iterations * bigWalk.points} points`,
    );
    const prepared = prepare(folder, Number(options.runs));
    for (const [name, measure] of Object.entries(measures)) {
      if (options.only.length > 0 && !options.only.some((part) => name.includes(part))) continue;
      console.log(`\n${name} (load ${load()})`);
      // Each measure begins with a server and a browser that know nothing.
      const [server, browser] = [await ServedRuns.start(prepared[measure.folder]), await launchChromium()];
      try {
        const live = (count: number): LiveRuns => new LiveRuns(prepared.runs, count);
        await measure.take({ ...prepared, server, browser, live, say: (text) => console.log(`  ${text}`) });
      } finally {
        await browser.close();
        await server.stop();
      }
    }
    console.log(`\nload at the end ${load()}`);
  } finally {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

if (options.help) console.log(help);
else await main();
