import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueEntry, dataDirectories } from '../../src/data/index.ts';
import { candidatePaths, locateFile } from '../../src/data/locate.ts';
import { temporaryFolder } from './support.ts';

const surroundings = (environment: Record<string, string>, platform = 'linux') => ({
  environment,
  platform,
  home: '/home/u',
});
const mnist = catalogueEntry('mnist');
const [images] = mnist.files;

describe('data directories', () => {
  it('are the one of the command line, else of the environment, else a cache of the user', () => {
    const environment = { THALWEG_DATA: '/env', XDG_CACHE_HOME: '/cache' };
    expect(dataDirectories('/option', surroundings(environment))).toEqual(['/option']);
    expect(dataDirectories(undefined, surroundings(environment))).toEqual(['/env']);
    expect(dataDirectories(undefined, surroundings({ XDG_CACHE_HOME: '/cache' }))).toEqual(['/cache/thalweg/data']);
  });

  it('are absolute', () => {
    expect(dataDirectories('data')).toEqual([resolve('data')]);
  });

  it.each([
    ['linux', {}, '/home/u/.cache/thalweg/data'],
    ['darwin', {}, '/home/u/Library/Caches/thalweg/data'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/thalweg/data'],
    ['win32', {}, '/home/u/AppData/Local/thalweg/data'],
    ['linux', { THALWEG_DATA: '', XDG_CACHE_HOME: '' }, '/home/u/.cache/thalweg/data'],
  ])('on %s with %o are %s', (platform, environment, expected) => {
    expect(dataDirectories(undefined, surroundings(environment, platform))).toEqual([expected]);
  });
});

describe('a data file', () => {
  it('is preferred where a fetch puts it', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'mnist'));
    await writeFile(join(folder, images!.name), '');
    expect(await locateFile(mnist, images!, [folder])).toBe(join(folder, images!.name));
    const [target] = candidatePaths(mnist, images!, folder);
    await writeFile(target, '');
    expect(await locateFile(mnist, images!, [folder])).toBe(join(folder, 'mnist', 'train-images-idx3-ubyte.gz'));
  });

  it('is not a folder of its name', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, images!.name));
    expect(await locateFile(mnist, images!, [folder])).toBeNull();
  });
});
