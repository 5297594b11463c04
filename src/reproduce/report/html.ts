import { marked } from 'marked';
import type { LedgerEntry, Scale } from '../../contract/index.ts';
import { commandOf, durationText, effectText, pText, resultText, smokeWarning } from '../../figures/index.ts';
import { renderSvg } from '../../figures/node/index.ts';
import { environmentText, ledgerColumns } from './markdown.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import type { PaperReport, Report, ReportFigure, ReportTable } from './report.ts';
import { ThemedColors } from './themed-svg.ts';

/** The report as one HTML file: figures, styles and the few lines of script stand in it. It opens from disk. */
export function renderHtml(report: Report): string {
  const colors = new ThemedColors();
  const papers = report.papers.map((paper) => paperSection(paper, report.scale, colors)).join('\n');
  const title = `Thalweg: ${report.papers.map(({ paper }) => paper.letter).join(', ')} at scale ${report.scale}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${style}${colors.style}</style></head>
<body><header><h1>What the papers claim, and what the runs say</h1>
<p class="muted">Scale ${report.scale}. ${escape(environmentText(report))}
Beside this file lie each figure as SVG, and its numbers as CSV: <code>figures/</code>.</p>
${report.scale === 'smoke' ? `<p class="warning">${escape(smokeWarning)}</p>` : ''}
${summary(report)}</header>
<main>
${ledger(report)}
${papers}
</main><script>${script}</script></body></html>
`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const verdicts = ['supported', 'contradicted', 'inconclusive', 'refused'] as const;

/** How many claims have which verdict: buttons that filter the ledger. */
function summary({ papers }: Report): string {
  const claims = papers.flatMap((paper) => paper.ledger.claims);
  const buttons = verdicts.map((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return `<button type="button" class="verdict ${verdict}" data-filter="${verdict}" aria-pressed="true"><b>${count}</b> ${verdict}</button>`;
  });
  return `<p class="filters" role="group" aria-label="Show claims by verdict">${buttons.join(' ')}</p>`;
}

function ledger({ papers }: Report): string {
  const head = ledgerColumns
    .map((name, column) => `<th aria-sort="none"><button type="button" data-column="${column}">${name}</button></th>`)
    .join('');
  const rows = papers.flatMap((paper) => paper.ledger.claims.map(ledgerRow));
  return `<section id="ledger"><h2>Ledger</h2><div class="wide"><table class="ledger"><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></section>`;
}

function ledgerRow(entry: LedgerEntry): string {
  const { id, verdict, n, adjusted, statement, effect } = entry;
  const cells = [
    `<td data-value="${id}"><a href="#${id}">${id}</a></td>`,
    `<td data-value="${verdicts.indexOf(verdict)}"><span class="verdict ${verdict}">${verdict}</span></td>`,
    `<td class="number" data-value="${effect ?? ''}">${effectText(entry)}</td>`,
    `<td class="number" data-value="${n}">${n}</td>`,
    `<td class="number" data-value="${adjusted ?? ''}">${escape(pText(adjusted))}</td>`,
    `<td data-value="${escape(statement)}">${escape(statement)}</td>`,
  ];
  return `<tr data-verdict="${verdict}">${cells.join('')}</tr>`;
}

function paperSection(report: PaperReport, scale: Scale, colors: ThemedColors): string {
  const { paper, ledger: book, figures, tables, experiments } = report;
  const isShownBy = ({ claims }: { readonly claims: readonly string[] }, id: string): boolean => claims.includes(id);
  const shown = new Set<string>();
  const claims = book.claims.map((entry) => {
    // A figure stands with the first claim that it shows; the others point to it.
    const seen = [
      ...figures
        .filter(({ figure }) => isShownBy(figure, entry.id))
        .map((each) => once(shown, each.figure.id, () => figureHtml(each, colors))),
      ...tables
        .filter(({ table }) => isShownBy(table, entry.id))
        .map((each) => once(shown, each.table.id, () => tableHtml(each))),
    ];
    return claimHtml(entry, scale, seen.join('\n'));
  });
  const others = [
    ...figures.filter(({ figure }) => !shown.has(figure.id)).map((each) => figureHtml(each, colors)),
    ...tables.filter(({ table }) => !shown.has(table.id)).map(tableHtml),
  ];
  return `<section id="paper-${paper.letter}"><h2>${paper.letter}: ${escape(paper.title)}</h2>
<p class="muted">${escape(paper.authors)}, ${paper.year}</p>
<div class="prose">${marked.parse(paper.text, { async: false })}</div>
<h3>Experiments</h3>${experimentsTable(experiments)}
<h3>Claims</h3>${claims.join('\n')}
${others.length > 0 ? `<h3>More figures and tables</h3>${others.join('\n')}` : ''}</section>`;
}

/** What `draw` gives the first time, then a link to it. */
function once(shown: Set<string>, id: string, draw: () => string): string {
  if (shown.has(id)) return `<p class="muted">See <a href="#${id}">${id}</a>.</p>`;
  shown.add(id);
  return draw();
}

function claimHtml(entry: LedgerEntry, scale: Scale, seen: string): string {
  const { id, verdict, statement, place, row, quantity, test, runs, reason } = entry;
  const result = escape(reason === null ? resultText(entry) : `refused: ${reason}`);
  const list = runs.map((run) => `<li><code>${escape(run)}</code></li>`).join('');
  return `<article id="${id}"><h4><span class="verdict ${verdict}">${verdict}</span> ${id}</h4>
<p>${escape(statement)} <span class="muted">(${escape(place)}; row ${row})</span></p>
<dl><dt>Quantity</dt><dd>${escape(quantity)}</dd><dt>Test</dt><dd>${escape(test)}</dd><dt>Result</dt><dd>${result}</dd>
<dt>Again</dt><dd><code>${escape(commandOf(entry, scale))}</code></dd></dl>
<details><summary>${runs.length} runs and results</summary><ul class="runs">${list}</ul></details>
${seen}</article>`;
}

function figureHtml({ figure, drawn, reason }: ReportFigure, colors: ThemedColors): string {
  const caption = `<figcaption><b>${figure.id}</b> (${escape(figure.place)}) ${escape(figure.caption)}</figcaption>`;
  const body = drawn
    ? colors.merge(renderSvg(drawn.light), renderSvg(drawn.dark))
    : `<p class="warning">Not drawn: ${escape(reason!)}</p>`;
  return `<figure id="${figure.id}">${body}${caption}</figure>`;
}

function tableHtml({ table, built, reason }: ReportTable): string {
  const caption = `<figcaption><b>${table.id}</b> (${escape(table.place)}) ${escape(table.caption)}</figcaption>`;
  const body = built ? plainTable(built.columns, built.rows) : `<p class="warning">Not built: ${escape(reason!)}</p>`;
  return `<figure id="${table.id}">${body}${caption}</figure>`;
}

function plainTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((name) => `<th>${escape(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const experimentsTable = (experiments: PaperReport['experiments']): string =>
  plainTable(
    ['experiment', 'finished', 'time', 'what', 'where it differs from the paper'],
    experiments.map(({ experiment, trials, finished, seconds }) => [
      experiment.id,
      `${finished} of ${trials}`,
      durationText(seconds),
      experiment.description,
      experiment.differences ?? '',
    ]),
  );
