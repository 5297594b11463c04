import { marked, type Token, type Tokens } from 'marked';
import { ThalwegError } from '../../base/index.ts';
import type { ProseBlock, ProseSpan } from '../../contract/index.ts';

/**
 * The text of a paper block by block, for those who set it themselves. It has headings, paragraphs and lists of **strong**, *emphasised*
 * and `code` words; anything else throws `INTERNAL`.
 */
export const proseOf = (text: string): ProseBlock[] => marked.lexer(text).flatMap(blockOf);

function blockOf(token: Token): ProseBlock[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'heading':
      return [{ kind: 'heading', level: (token as Tokens.Heading).depth, spans: spansOf(token) }];
    case 'paragraph':
      return [{ kind: 'paragraph', spans: spansOf(token) }];
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      return [{ kind: 'list', ordered, items: items.map(itemSpans) }];
    }
    default:
      throw unexpected(token);
  }
}

const itemSpans = (item: Tokens.ListItem): ProseSpan[] => item.tokens.flatMap(spansOf);

/** The words of a token, whose parts are words themselves. */
function spansOf(token: Token): ProseSpan[] {
  if (!('tokens' in token) || token.tokens === undefined) throw unexpected(token);
  return token.tokens.flatMap(spanOf);
}

function spanOf(token: Token): ProseSpan[] {
  switch (token.type) {
    case 'text':
    case 'escape':
      return [{ style: 'plain', text: oneLine((token as Tokens.Text).text) }];
    case 'strong':
      return [{ style: 'strong', text: wordsOf(token) }];
    case 'em':
      return [{ style: 'emphasis', text: wordsOf(token) }];
    case 'codespan':
      return [{ style: 'code', text: oneLine((token as Tokens.Codespan).text) }];
    default:
      throw unexpected(token);
  }
}

const wordsOf = (token: Token): string =>
  spansOf(token)
    .map(({ text }) => text)
    .join('');

/** Lines of a source are no lines of a text. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

const unexpected = ({ type, raw }: Token): ThalwegError =>
  new ThalwegError('INTERNAL', `internal: text: expected plain prose, got ${type} ${JSON.stringify(raw.slice(0, 60))}`);

/** The first `count` sentences of a text, without the words that are set in bold before them as a heading of the paragraph. */
export function firstSentences(blocks: readonly ProseBlock[], count: number): string {
  const paragraph = blocks.find((block) => block.kind === 'paragraph');
  const [first, ...rest] = paragraph?.spans ?? [];
  const spans = first?.style === 'strong' ? rest : (paragraph?.spans ?? []);
  const text = spans.map((span) => span.text).join('');
  const sentences = new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text);
  return Array.from(sentences, ({ segment }) => segment)
    .slice(0, count)
    .join('')
    .trim();
}
