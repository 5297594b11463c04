import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { SimulatedWorker } from './hub-worker.ts';

const help = `npm run bench:hub: simulated workers send records to "thalweg serve --hub" in a process of its own, while the page
of one of their runs is open in Chromium (CHROMIUM_PATH; default: /usr/bin/chromium). Needs npm run build. Nothing else should run.

  npm run bench:hub
  npm run bench:hub -- --workers 50 --rate 20000 --seconds 60    the defaults
  npm run bench:hub -- --rate 200000                             more than it can take: how senders are slowed
  npm run bench:hub -- --no-page                                 without Chromium`;

const { values: options } = parseArgs({
  args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
  allowNegative: true,
  options: {
    workers: { type: 'string', default: '50' },
    rate: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '60' },
    page: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** What /proc says of a process: seconds of CPU so far, and bytes of resident memory. */
function usageOf(pid: number): { readonly cpu: number; readonly resident: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  // User and system time, in ticks of 10 ms.
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, resident };
}

async function startHub(runs: string): Promise<{ readonly hub: ChildProcess; readonly address: string }> {
  const hub = spawn(process.execPath, [program, 'serve', '--hub', '--runs', runs, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: hub.stdout })) {
    const address = /hub for workers at (\S+)/.exec(line)?.[1];
    if (address !== undefined) return { hub, address };
  }
  throw new Error('the hub ended before it listened');
}

async function openPage(address: string): Promise<() => Promise<void>> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
  const page = await browser.newPage();
  await page.goto(address);
  return () => browser.close();
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return `median ${milliseconds(at(0.5))}, 99 % below ${milliseconds(at(0.99))}, longest ${milliseconds(at(1))}`;
}

async function measure(runs: string): Promise<void> {
  const { hub, address } = await startHub(runs);
  const [count, rate, seconds] = [Number(options.workers), Number(options.rate), Number(options.seconds)];
  const workers = Array.from({ length: count }, (_, index) => new SimulatedWorker(address, index, rate / count));
  try {
    await Promise.all(workers.map((worker) => worker.begin()));
    const closePage = options.page ? await openPage(`${address}/runs/${workers[0]!.id}`) : null;
    console.log(
      `${count} workers, ${rate} rows a second offered, ${options.page ? 'page open' : 'no page'}; ${cpus().length} cores, load before ${loadavg()[0]!.toFixed(1)}`,
    );
    const first = usageOf(hub.pid!);
    const began = performance.now();
    const sampler = setInterval(() => {
      const { cpu, resident } = usageOf(hub.pid!);
      const elapsed = (performance.now() - began) / 1000;
      const sent = workers.reduce((sum, worker) => sum + worker.rows, 0);
      console.log(
        `${elapsed.toFixed(0).padStart(4)} s  ${(sent / elapsed).toFixed(0)} rows/s  hub: ${((100 * (cpu - first.cpu)) / elapsed).toFixed(0)} % of a core, ${mebibytes(resident)}`,
      );
    }, 5000);
    await Promise.all(workers.map((worker) => worker.send(seconds)));
    clearInterval(sampler);
    const elapsed = (performance.now() - began) / 1000;
    const last = usageOf(hub.pid!);
    const rows = workers.reduce((sum, worker) => sum + worker.rows, 0);
    console.log(
      `${(rows / elapsed).toFixed(0)} rows a second acknowledged over ${elapsed.toFixed(1)} s; ${((1e6 * (last.cpu - first.cpu)) / rows).toFixed(1)} µs of the hub's CPU a row\n` +
        `acknowledgements: ${quantiles(workers.flatMap((worker) => worker.latencies))}\n` +
        `memory of the hub: ${mebibytes(first.resident)} before, ${mebibytes(last.resident)} after; ` +
        `longest a row waited at its worker: ${Math.max(...workers.map((worker) => worker.behind)).toFixed(1)} s`,
    );
    await closePage?.();
  } finally {
    hub.kill('SIGTERM');
    await once(hub, 'exit');
  }
}

if (options.help) {
  console.log(help);
} else if (!existsSync(program)) {
  console.error(`${program} is missing: npm run build makes it`);
  process.exitCode = 1;
} else {
  const runs = mkdtempSync(join(tmpdir(), 'thalweg-bench-hub-'));
  try {
    await measure(runs);
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
}
