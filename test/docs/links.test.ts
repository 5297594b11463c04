import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf, markdownFiles, readPage, root } from './markdown.ts';

const isRelative = (target: string): boolean => !/^[a-z][a-z+.-]*:/i.test(target);

/** Why a link of `file` leads nowhere; null when it leads somewhere. */
function problemOf(file: string, target: string): string | null {
  const [path, anchor] = target.split('#') as [string, string?];
  const page = path === '' ? file : join(dirname(file), decodeURI(path));
  if (!existsSync(join(root, page))) return `${file}: ${target}: there is no ${page}`;
  if (anchor === undefined || anchorsOf(readPage(page)).includes(anchor)) return null;
  return `${file}: ${target}: ${page} has no heading "${anchor}"`;
}

describe('the documentation', () => {
  const files = markdownFiles();

  it('has links and images that lead to files and headings of this repository', () => {
    const links = files.flatMap((file) => linksOf(readPage(file)).map((target) => [file, target] as const));
    const inside = links.filter(([, target]) => isRelative(target));
    expect(inside.length).toBeGreaterThan(30);
    expect(inside.map(([file, target]) => problemOf(file, target)).filter(Boolean)).toEqual([]);
  });

  it('is reached from the README: every page of docs/ is linked there', () => {
    const linked = new Set(linksOf(readPage('README.md')).map((target) => target.split('#')[0]));
    const pages = files.filter((file) => dirname(file) === 'docs');
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.filter((page) => !linked.has(page))).toEqual([]);
  });
});

describe('the check of links', () => {
  it('finds links and images of Markdown and HTML, and none in code', () => {
    const page =
      '[a](x.md "title") ![b](y.png) <img src="z.png"> <source srcset="w.png">\n`[c](no.md)`\n```\n[d](no.md)\n```\n';
    expect(linksOf(page)).toEqual(['x.md', 'y.png', 'z.png', 'w.png']);
  });

  it('names a missing file and a missing heading', () => {
    expect(problemOf('docs/method.md', 'nowhere.md')).toBe('docs/method.md: nowhere.md: there is no docs/nowhere.md');
    expect(problemOf('docs/method.md', '#nowhere')).toContain('docs/method.md has no heading "nowhere"');
    expect(problemOf('docs/method.md', '#how-derivatives-work-here')).toBeNull();
  });
});
