import { describe, expect, it } from 'vitest';
import { errorRegistry } from '../../src/base/index.ts';
import { readPage } from './markdown.ts';

/** One row of a table of codes: code, meaning, how to solve, exit, HTTP. */
const row = /^\| `([A-Z_]+)` +\| (.+?) +\| (.+?) +\| +(\d+) \| +(\d+) \|$/gm;

describe('the page of errors', () => {
  const rows = [...readPage('docs/errors.md').matchAll(row)].map(([, code, summary, remedy, exit, status]) => ({
    code,
    summary,
    remedy,
    exit: Number(exit),
    status: Number(status),
  }));
  const registered = Object.entries(errorRegistry).map(([code, kind]) => ({ code, ...kind }));

  it('says of each registered error what the code says, and lists no other', () => {
    const byCode = (entries: readonly { readonly code: string | undefined }[]) =>
      new Map(entries.map((entry) => [entry.code, entry]));
    expect(byCode(rows)).toEqual(byCode(registered));
  });

  it('lists each error once', () => {
    expect(rows.map(({ code }) => code).sort()).toEqual(registered.map(({ code }) => code).sort());
  });
});
