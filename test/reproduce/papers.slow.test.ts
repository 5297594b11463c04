import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ledgerSchema, type Ledger } from '../../src/contract/index.ts';
import { papers } from '../../src/studies/papers/index.ts';
import { data, requireProgram, thalweg } from '../cli/program.ts';
import { temporaryFolder } from '../store/fixtures.ts';

beforeAll(requireProgram);

/** Two seeds of everything at smoke scale: every row is trained, measured, judged and drawn. */
describe.each(papers.map((paper) => [paper.letter, paper] as const))('paper %s at smoke scale', (letter, paper) => {
  it('is reproduced: every claim gets a verdict, every figure is drawn', { timeout: 900_000 }, async () => {
    const runs = temporaryFolder();
    const report = join(runs, 'report');
    const common = ['reproduce', letter, '--scale', 'smoke', '--seeds', '2', '--data', data, '--runs', runs];
    const { code, stdout, stderr } = await thalweg(...common, '--report', report, '--json');
    expect(code, stderr).toBe(0);
    const ledger: Ledger = ledgerSchema.parse(JSON.parse(stdout));
    expect(ledger.claims.map(({ id }) => id)).toEqual(paper.claims.map(({ id }) => id));
    expect(
      ledger.claims.filter(({ verdict }) => verdict === 'refused').map(({ id, reason }) => `${id}: ${reason}`),
    ).toEqual([]);
    expect(ledger.claims.filter(({ runs: used }) => used.length === 0).map(({ id }) => id)).toEqual([]);
    expect(ledger.claims.every(({ effect }) => Number.isFinite(effect))).toBe(true);
    for (const { id } of paper.figures)
      for (const ending of ['svg', 'csv'])
        expect(existsSync(join(report, 'figures', `${id}.${ending}`)), id).toBe(true);
    expect(readFileSync(join(report, 'report.md'), 'utf8')).not.toContain('Not built');
    const again = await thalweg(...common, '--json');
    expect(again.stderr).toMatch(/^(\d+) trials, \1 of them are there$/m);
    expect(JSON.parse(again.stdout)).toEqual(ledger);
  });
});
