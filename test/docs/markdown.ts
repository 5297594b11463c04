import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Folders that hold no documentation of ours. */
const foreign = new Set(['node_modules', 'dist', 'runs', 'test-output', 'coverage']);

/** Paths of all Markdown files, relative to the root. */
export function markdownFiles(directory = root): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return foreign.has(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

export const readPage = (file: string): string => readFileSync(join(root, file), 'utf8');

const fence = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm;

/** Contents of the fenced blocks in one of these languages. */
export const codeBlocks = (page: string, ...languages: readonly string[]): string[] =>
  [...page.matchAll(fence)].filter(([, language]) => languages.includes(language!)).map(([, , code]) => code!);

/** The page without code, which shows links but has none. */
const proseOf = (page: string): string => page.replace(fence, '').replace(/`[^`\n]*`/g, '');

/** Targets of all links and images of a page, Markdown's and HTML's. */
export function linksOf(page: string): string[] {
  const prose = proseOf(page);
  const markdown = [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)];
  const html = [...prose.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)];
  return [...markdown, ...html].map(([, target]) => target!);
}

/** Names by which links reach the headings of a page, as GitHub makes them. */
export const anchorsOf = (page: string): string[] =>
  [...page.replace(fence, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    title!
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
