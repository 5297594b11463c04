import { describe, expect, it } from 'vitest';
import { firstSentences, proseOf } from '../../../src/reproduce/index.ts';
import { papers } from '../../../src/studies/papers/index.ts';

describe('the text of a paper', () => {
  it.each(papers.map((paper) => [paper.letter, paper] as const))('%s is plain prose, word for word', (_, { text }) => {
    const blocks = proseOf(text);
    const spans = blocks.flatMap((block) => (block.kind === 'list' ? block.items.flat() : block.spans));
    const words = (from: string): string => from.replace(/[^\p{L}\p{N}]+/gu, '');
    const source = text.replace(/^\d+\.\s/gm, '');
    expect(words(spans.map((span) => span.text).join(' '))).toBe(words(source));
    expect(firstSentences(blocks, 2)).toMatch(/^\p{Lu}.{40,600}\.$/u);
  });

  it('is not read as HTML', () => {
    expect(proseOf('A `<b>` & a < b.')).toEqual([
      {
        kind: 'paragraph',
        spans: [
          { style: 'plain', text: 'A ' },
          { style: 'code', text: '<b>' },
          { style: 'plain', text: ' & a < b.' },
        ],
      },
    ]);
    expect(() => proseOf('A <script>alert(1)</script>.')).toThrow('expected plain prose, got html');
    expect(() => proseOf('| a | b |\n| --- | --- |\n')).toThrow('expected plain prose, got table');
  });

  it('begins with sentences, without the words in bold that stand before them', () => {
    const blocks = proseOf('# Title\n\n**Lead (A).** One is `x. y`. Two\nis here! Three.\n');
    expect(firstSentences(blocks, 2)).toBe('One is x. y. Two is here!');
    expect(firstSentences([], 2)).toBe('');
  });
});
