import type { LedgerEntry } from '../../contract/index.ts';
import { commandOf, durationText, effectText, pText, resultText, smokeWarning } from '../../figures/index.ts';
import type { PaperReport, Report, ReportFigure, ReportTable } from './report.ts';

/** Where the drawing of a figure, or its numbers, lie beside the report. */
export const figurePath = (id: string, ending: 'svg' | 'csv' = 'svg'): string => `figures/${id}.${ending}`;

/** The report as Markdown, with its figures as files beside it. */
export function renderMarkdown(report: Report): string {
  const parts = [
    `# Reproduction, scale \`${report.scale}\``,
    environmentText(report),
    ...(report.scale === 'smoke' ? [smokeWarning] : []),
    ...report.papers.flatMap(paperParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

export function environmentText({ environment, created }: Pick<Report, 'environment' | 'created'>): string {
  const { thalweg, node, platform, processor, revision } = environment;
  const from = revision === null ? '' : `, revision ${revision.slice(0, 12)}`;
  return `Thalweg ${thalweg}${from}; Node ${node}; ${platform}; ${processor}; ${created.slice(0, 10)}.`;
}

function paperParts({ paper, ledger, figures, tables, experiments }: PaperReport): string[] {
  return [
    `## ${paper.letter}: ${paper.title}`,
    `${paper.authors}, ${paper.year}`,
    table(ledgerColumns, ledger.claims.map(ledgerRow)),
    paper.text.trim(),
    '### Experiments',
    table(
      ['experiment', 'trials', 'finished', 'time', 'what', 'where it differs from the paper'],
      experiments.map(({ experiment, trials, finished, seconds }) => [
        experiment.id,
        String(trials),
        String(finished),
        durationText(seconds),
        experiment.description,
        experiment.differences ?? '',
      ]),
    ),
    '### Claims',
    ...ledger.claims.flatMap((claim) => claimParts(claim, ledger.scale)),
    ...(tables.length > 0 ? ['### Tables', ...tables.flatMap(tableParts)] : []),
    ...(figures.length > 0 ? ['### Figures', ...figures.flatMap(figureParts)] : []),
  ];
}

export const ledgerColumns = ['claim', 'verdict', 'effect [95 %]', 'n', 'p (Holm)', 'statement'];

const ledgerRow = (entry: LedgerEntry): string[] => [
  entry.id,
  entry.verdict,
  effectText(entry),
  String(entry.n),
  pText(entry.adjusted),
  entry.statement,
];

function claimParts(entry: LedgerEntry, scale: string): string[] {
  const { id, verdict, statement, place, row, quantity, test, runs, reason } = entry;
  return [
    `#### ${id}: ${verdict}`,
    `${statement} (${place}; row ${row})`,
    [
      `- Quantity: ${quantity}`,
      `- Test: ${test}`,
      reason === null ? `- Result: ${resultText(entry)}` : `- Refused: ${reason}`,
      `- Runs: ${runs.length === 0 ? 'none' : runs.map((run) => `\`${run}\``).join(', ')}`,
      `- Again: \`${commandOf(entry, scale)}\``,
    ].join('\n'),
  ];
}

const figureParts = ({ figure, reason }: ReportFigure): string[] => [
  `#### ${figure.id} (${figure.place}): ${figure.title}`,
  reason === null ? `![${figure.title}](${figurePath(figure.id)})` : `Not drawn: ${reason}`,
  reason === null ? `${figure.caption} ([numbers](${figurePath(figure.id, 'csv')}))` : figure.caption,
];

const tableParts = ({ table: { id, place, title, caption }, built, reason }: ReportTable): string[] => [
  `#### ${id} (${place}): ${title}`,
  built ? table(built.columns, built.rows) : `Not built: ${reason}`,
  caption,
];

/** A table of Markdown; a bar in a cell would end it. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
