import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { drawnCsv } from '../../figures/index.ts';
import { renderSvg } from '../../figures/node/index.ts';
import { renderHtml } from './html.ts';
import { figurePath, renderMarkdown } from './markdown.ts';
import type { Report } from './report.ts';

/** Makes the folder of a report, so that a wrong place shows before anything is trained. Throws `STORE_FAILED`. */
export function prepareReport(directory: string): void {
  writing(directory, () => mkdirSync(join(directory, 'figures'), { recursive: true }));
}

/** Writes `index.html`, `report.md`, `ledger.json`, and each figure with its numbers as CSV. Throws `STORE_FAILED`. */
export function writeReport(report: Report, directory: string): void {
  prepareReport(directory);
  const write = (name: string, content: string): void =>
    writing(join(directory, name), () => writeFileSync(join(directory, name), content));
  for (const { figures } of report.papers)
    for (const { figure, drawn } of figures) {
      if (!drawn) continue;
      write(figurePath(figure.id), renderSvg(drawn.light));
      write(figurePath(figure.id, 'csv'), drawnCsv(drawn.light));
    }
  write('report.md', renderMarkdown(report));
  write(
    'ledger.json',
    `${JSON.stringify(
      report.papers.map(({ ledger }) => ledger),
      null,
      2,
    )}\n`,
  );
  write('index.html', renderHtml(report));
}

function writing(path: string, write: () => unknown): void {
  try {
    write();
  } catch (cause) {
    throw new ThalwegError('STORE_FAILED', `${path}: could not be written: ${messageOf(cause)}`, { cause });
  }
}
