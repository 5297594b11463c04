import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../store/fixtures.ts';
import { finished, recordOf, writeSweep } from '../web/sweeps/recorded-sweep.ts';
import { thalweg } from './terminal.ts';

const axes = { 'optimizer.learningRate': [0.1, 1], 'optimizer.batchSize': [32, 64] };

function folder(): string {
  const runs = temporaryFolder();
  writeSweep(runs, recordOf({ name: 'lr-bs', axes, seeds: 2 }), ({ cell }) => finished(0.5 + 0.1 * cell));
  return runs;
}
const figure = (runs: string, ...words: string[]) => thalweg(['figure', ...words, '--runs', runs]);

describe('thalweg figure of a sweep', () => {
  it('draws the matrix, and writes the numbers of the parallel coordinates', async () => {
    const runs = folder();
    const [svg, csv] = [join(runs, 'm.svg'), join(runs, 'p.csv')];
    const sides = ['--across', 'optimizer.batchSize', '--upwards', 'none', '--quantity', 'trainLoss'];
    expect((await figure(runs, 'lr-bs', '--figure', 'sweep.matrix', ...sides, '--out', svg)).code).toBe(0);
    expect(readFileSync(svg, 'utf8')).toContain('batch size 32: 0.8 ± 0.23, N = 4');
    expect((await figure(runs, 'lr-bs', '--figure', 'sweep.parallel', '--out', csv)).code).toBe(0);
    expect(readFileSync(csv, 'utf8').split('\r\n')[1]).toBe('0.1,32,0.5,0,2,0,0,1');
  });

  it.each([
    [['nobody', '--figure', 'sweep.matrix'], 'expected a sweep that was started in'],
    [['--figure', 'sweep.matrix'], 'expected the name of a sweep before --figure sweep.matrix'],
    [['lr-bs', '--figure', 'sweep.matrix', '--quantity', 'beauty'], '--quantity: expected one of trainLoss'],
    [['lr-bs', '--figure', 'sweep.matrix', '--iteration', '3'], 'expected no --iteration with sweep.matrix'],
    [['lr-bs', '--figure', 'sweep.parallel', '--across', 'a'], 'expected neither --across nor --upwards'],
    [['lr-bs', '--figure', 'walk', '--quantity', 'testLoss'], 'expected no --quantity with this figure'],
  ])('refuses %o', async (words, message) => {
    const runs = folder();
    const { code, stderr } = await figure(runs, ...words, '--out', join(runs, 'm.svg'));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
