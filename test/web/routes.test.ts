import { describe, expect, it } from 'vitest';
import { parseRoute, runAddress, studyAddress, sweepAddress } from '../../web/src/lib/routes.ts';

describe('addresses of the page', () => {
  it.each([
    ['/', { view: 'runs' }],
    ['/runs/a.b-1', { view: 'run', id: 'a.b-1', tab: 'overview' }],
    ['/runs/a/walk', { view: 'run', id: 'a', tab: 'walk' }],
    ['/runs/a/walk/', { view: 'run', id: 'a', tab: 'walk' }],
    ['/runs/a/nothing', { view: 'unknown' }],
    ['/runs/a/walk/b', { view: 'unknown' }],
    ['/runs/%E0%A4%A', { view: 'unknown' }],
    ['/theory', { view: 'theory', topic: 'surface' }],
    ['/theory/quadratic', { view: 'theory', topic: 'quadratic' }],
    ['/theory/nothing', { view: 'unknown' }],
    ['/new', { view: 'new' }],
    ['/new/a', { view: 'unknown' }],
    ['/studies', { view: 'studies' }],
    ['/studies/', { view: 'studies' }],
    ['/studies/w', { view: 'paper', paper: 'w' }],
    ['/studies/W', { view: 'paper', paper: 'w' }],
    ['/studies/x', { view: 'unknown' }],
    ['/studies/w/claims', { view: 'unknown' }],
    ['/compare', { view: 'compare' }],
    ['/compare/a', { view: 'unknown' }],
    ['/sweeps', { view: 'sweeps' }],
    ['/sweeps/', { view: 'sweeps' }],
    ['/sweeps/lr-bs', { view: 'sweep', name: 'lr-bs' }],
    ['/sweeps/lr-bs/runs', { view: 'unknown' }],
    ['/queue', { view: 'queue' }],
    ['/queue/a', { view: 'unknown' }],
    ['/elsewhere', { view: 'unknown' }],
  ])('%s shows %o', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it('that are made for a run lead back to it', () => {
    for (const id of ['run-1', '<b>', 'a/b', 'ä ?#']) {
      expect(parseRoute(runAddress(id, 'log'))).toEqual({ view: 'run', id, tab: 'log' });
      expect(parseRoute(runAddress(id))).toEqual({ view: 'run', id, tab: 'overview' });
    }
  });

  it('that are made for a sweep lead back to it', () => {
    for (const name of ['lr-bs', 'a.b', 'ä ?#'])
      expect(parseRoute(sweepAddress(name))).toEqual({ view: 'sweep', name });
    expect(parseRoute(sweepAddress())).toEqual({ view: 'sweeps' });
  });

  it('that are made for a paper lead back to it', () => {
    expect(parseRoute(studyAddress('W'))).toEqual({ view: 'paper', paper: 'w' });
    expect(parseRoute(studyAddress())).toEqual({ view: 'studies' });
  });
});
