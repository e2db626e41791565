import fc from 'fast-check';
import type { Heading, Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as textOf } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import type { PostmortemExport } from '#app/incident-ports.ts';
import type { PostmortemFields } from '#domain/incident/postmortem.ts';
import { postmortemMarkdown } from '#render/markdown.ts';
import { prose } from '#render/markdown-prose.ts';
import { codeBlock, link, plain } from '#render/markdown-text.ts';
import { lengthWords } from '#render/markdown-words.ts';
import { anyExport, EMPTY } from '../api/any-postmortem.ts';
import { EXAMPLE } from '../api/example.ts';
import { at } from '../domain/given.ts';

const parse = (markdown: string): Root =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

function* all(node: Nodes): Generator<Nodes> {
  yield node;
  if ('children' in node) for (const child of node.children) yield* all(child);
}
const headings = (markdown: string) =>
  [...all(parse(markdown))].filter((node): node is Heading => node.type === 'heading');
const sections = (markdown: string) =>
  headings(markdown)
    .filter(({ depth }) => depth === 2)
    .map((heading) => textOf(heading));
const written = (fields: PostmortemFields, more: Partial<PostmortemExport> = {}) =>
  postmortemMarkdown({ ...EMPTY, postmortem: { ...EMPTY.postmortem, fields }, ...more });
/** A section from its title to the next one. */
const sectionOf = (markdown: string, title: string) =>
  markdown.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';

const ALL = [
  ...['Summary', 'Impact', 'Background', 'Detection', 'Trigger', 'Root cause', 'Contributing factors'],
  ...['Resolution', 'What went well', 'What went badly', 'Where we got lucky', 'Action items', 'Timeline'],
  ...['Evidence', 'Related', 'Remarks on the record'],
];
const LEFT_OUT = [
  'Background',
  'Where we got lucky',
  'Timeline',
  'Evidence',
  'Related',
  'Remarks on the record',
];

describe('a post-mortem that people completed', () => {
  const page = postmortemMarkdown(EXAMPLE);

  it('has every section, in the order in which it is read', () => {
    expect(sections(page)).toEqual(ALL);
    expect(page).not.toContain('Not written yet.');
  });

  it('begins with what it is, how bad it was, where it stands, and when what happened', () => {
    expect(page).toMatch(
      /^# INC-12: Every third checkout fails\n\n\*\*sev 1 · resolved · post-mortem: approved by Sam Okafor on Tue 24 Nov 2026\*\*\n/,
    );
    for (const row of [
      '| Commander | Noor Haddad |',
      '| Started | Tue 24 Nov 2026, 13:00:20 UTC+01:00 |',
      '| Time to detect | 2 min 10 s |',
      '| Time to acknowledge | 40 s |',
      '| Time to mitigate | 20 min 40 s |',
      '| Time to resolve | 44 min 40 s |',
    ])
      expect(page).toContain(row);
  });

  it('says what it cost, in requests and in budgets', () => {
    expect(sectionOf(page, 'Impact')).toContain('The harm lasted 20 min 40 s.');
    expect(sectionOf(page, 'Impact')).toContain('| checkout | 6,480 | 118,240 | 5.5 % |');
    expect(sectionOf(page, 'Impact')).toContain(
      '| checkout availability | 6 min 29 s | 43 min 12 s | 15 % | 6,480 of 43,200,000 |',
    );
  });

  it('says what set it off, with a link to the deploy', () => {
    expect(sectionOf(page, 'Trigger')).toContain(
      'Set off by a deploy: [checkout 1.4.2 to production](https://ci.example.com/runs/77).',
    );
  });

  it('names who does what by when, and whom nobody was found for', () => {
    const actions = sectionOf(page, 'Action items');
    expect(actions).toContain('| detect sooner | Noor Haddad | 2026-12-08 | open |');
    expect(actions).toContain('| document | nobody yet | – | open |');
  });

  it('tells the timeline in the zone that it names', () => {
    const timeline = sectionOf(page, 'Timeline');
    expect(timeline).toContain('Tue 24 Nov 2026, times in Europe/Berlin, UTC+01:00.');
    expect(timeline).toContain(
      '| 13:14:00 | vault says: key 7 \\<retired> \\| see \\`audit\\` | Aris Papadakis (added by Noor Haddad) |',
    );
  });

  it('has each query as it was asked, and what was read', () => {
    const evidence = sectionOf(page, 'Evidence');
    expect(evidence).toContain(
      'Tue 24 Nov 2026, 12:32:45 – 13:02:45 UTC+01:00, in steps of 15s; read at 13:02:45 UTC+01:00, snapshot s402.',
    );
    expect(evidence).toContain('```promql\nsum by (http_route) (\n  rate(');
    expect(evidence).toContain('| Errors | POST /pay | 0.1 % | 2.1 % | 34.1 % | 33.4 % |');
  });

  it('keeps the Markdown that people typed in long texts', () => {
    expect(page).toContain('**Every third payment** failed');
    expect(page).toContain('```yaml\nvault:\n  keyNumber: 7 # <- was retired at 11:30\n```');
    expect(page).toContain('[runbook of the vault](https://wiki.example.com/vault)');
  });

  it('says what of the record could not be read', () => {
    expect(sectionOf(page, 'Remarks on the record')).toContain(
      '- Requests of ledger could not be counted: nothing counts them.',
    );
  });
});

describe('a post-mortem that nobody has written in', () => {
  it('says so where people have to write, and leaves out what it has nothing of', () => {
    const page = postmortemMarkdown(EMPTY);
    expect(sections(page)).toEqual(ALL.filter((title) => !LEFT_OUT.includes(title)));
    for (const title of sections(page))
      expect(sectionOf(page, title)).toBe(
        `${title}\n\nNot written yet.\n\n`.slice(0, title === 'Action items' ? -1 : undefined),
      );
    expect(page).toContain('| Mitigated | not known |');
    expect(page).not.toContain('Time to');
  });

  it('has the last entries of two days with their days, and each offset where the clocks were changed', () => {
    const night = { ...EMPTY, zone: 'Europe/Berlin' };
    const entry = (when: number) => ({ key: `${when}`, kind: 'note' as const, at: when, text: 'x' });
    const entries = [entry(Date.UTC(2026, 9, 24, 23, 30)), entry(Date.UTC(2026, 9, 25, 1, 30))];
    const page = postmortemMarkdown({
      ...night,
      entries: [...entries, entry(Date.UTC(2026, 9, 25, 23, 30))],
    });
    expect(sectionOf(page, 'Timeline')).toContain('Times in Europe/Berlin.');
    expect(page).toContain('| Sun 25 Oct 2026, 01:30:00 UTC+02:00 | x |');
    expect(page).toContain('| Sun 25 Oct 2026, 02:30:00 UTC+01:00 | x |');
    expect(page).toContain('| Mon 26 Oct 2026, 00:30:00 UTC+01:00 | x |');
  });

  it('says which of its times cannot be right, and keeps them', () => {
    const incident = { ...EMPTY.incident, times: { started: at('12:10'), detected: at('12:00') } };
    const page = postmortemMarkdown({ ...EMPTY, incident });
    expect(page).toContain('| Detected | Tue 24 Nov 2026, 12:00:00 UTC |');
    expect(page).not.toContain('Time to detect');
    expect(sectionOf(page, 'Remarks on the record')).toContain(
      '- By these times it was detected before it began.',
    );
    const changed = written({ times: { started: at('12:05') } }, { incident });
    expect(changed).toContain('The record has Tue 24 Nov 2026, 12:10:00 UTC.');
  });
});

describe('whatever comes from outside', () => {
  it('is the same text to whoever reads the page, in a list and in a heading', () => {
    const nasty = fc.array(
      fc.constantFrom(
        ...[
          '*',
          '_',
          '`',
          '|',
          '\\',
          '<b>',
          '</b>',
          '&amp;',
          '[x](y)',
          '![',
          '~~',
          '#',
          '1.',
          '-',
          '>',
          '$',
          'a',
          ' ',
        ],
        ...[
          'https://example.com/a_b',
          'www.example.com',
          'you@example.com',
          '\n',
          '===',
          '<!--',
          ':',
          '+',
          'é',
        ],
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(nasty, (pieces) => {
        const text = pieces.join('');
        const shown = text.replace(/\s+/g, ' ').trim();
        const list = parse(`- ${plain(text)}`);
        expect([list.children.length, textOf(list)]).toEqual([1, shown]);
        expect(textOf(parse(`# ${plain(text)}`))).toBe(shown);
        const cells = parse(`| a | b |\n| - | - |\n| ${plain(text)} | c |`);
        expect(cells.children.map(({ type }) => type)).toEqual(['table']);
        expect(textOf(cells)).toBe(`ab${shown}c`);
        const kinds = [...all(list)].map(({ type }) => type);
        for (const kind of ['html', 'emphasis', 'strong', 'inlineCode', 'image', 'heading', 'delete'])
          expect(kinds).not.toContain(kind);
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever the record has: the page keeps its sections, its tables their cells, and there is no HTML', () => {
    fc.assert(
      fc.property(anyExport, (value) => {
        const nodes = [...all(parse(postmortemMarkdown(value)))];
        expect(nodes.filter(({ type }) => type === 'html')).toEqual([]);
        const outline = nodes.filter((node): node is Heading => node.type === 'heading' && node.depth <= 3);
        expect(outline.filter(({ depth }) => depth === 1)).toHaveLength(1);
        const titles = outline.filter(({ depth }) => depth === 2).map((heading) => textOf(heading));
        expect(titles).toEqual(ALL.filter((title) => titles.includes(title)));
        expect(titles).toEqual(expect.arrayContaining(ALL.filter((title) => !LEFT_OUT.includes(title))));
        for (const table of nodes)
          if (table.type === 'table')
            expect(new Set(table.children.map(({ children }) => children.length)).size).toBe(1);
        expect(postmortemMarkdown(value)).not.toMatch(/NaN|Infinity|undefined|Invalid/);
      }),
      { numRuns: 300 },
    );
  });

  it('leads only to addresses of the web', () => {
    expect(link('a|b', 'https://example.com/a(b)|c')).toBe('[a\\|b](https://example.com/a%28b%29%7Cc)');
    expect(link('x', 'javascript:alert(1)')).toBe('x');
    expect(link('x', 'https://example.com/ y')).toBe('x');
    expect(link('', 'https://example.com/')).toBe('[https\\://example.com/](https://example.com/)');
  });

  it('stays in its block of code, however many backticks it has', () => {
    const nodes = parse(`${codeBlock('a ```` b\n```\nc', 'promql')}\n\nafter`).children;
    expect(nodes.map(({ type }) => type)).toEqual(['code', 'paragraph']);
  });
});

describe('a long text that people typed', () => {
  it('keeps lists, tables, quotes, code and emphasis as they are', () => {
    const text =
      '- one\n  - *two*\n\n| a | b |\n| --- | --- |\n| 1 | `x < y` |\n\n> said\n\n~~~sh\nls <in >out\n~~~';
    expect(prose(text)).toBe(text);
    expect(prose('a <https://example.com/> b')).toBe('a <https://example.com/> b');
  });

  it.each([
    ['a heading', '# Root\n\n## Cause', '#### Root\n\n##### Cause'],
    ['a heading in a quote', '> # Root', '> #### Root'],
    ['a heading by underlining', 'Root\n===', '#### Root'],
    ['a block of code that nobody closed', '```sh\nls', '```sh\nls\n```'],
    ['HTML', 'a <details> <!-- b', 'a &lt;details> <!-- b'],
    ['a block of code in a list', '- ```\n  ls\n  ```\n- done', '- ```\n  ls\n  ```\n- done'],
    ['a block of code in a list that nobody closed', '- ```\n  ls', '- ```\n  ls'],
    ['a heading in HTML', '<div>\n# Root', '&lt;div>\n#### Root'],
    ['the address of a label', '[a]: https://example.com/', '\\[a]: https://example.com/'],
    ['quotes in quotes in quotes', '>'.repeat(50), `\`\`\`\n${'>'.repeat(50)}\n\`\`\``],
    ['a tab that is none', 'a\u202eb\u0000', 'ab'],
  ])('does not reach beyond its section with %s', (_, typed, kept) => {
    expect(prose(typed)).toBe(kept);
  });

  it('is read without hanging, however many marks it has', { timeout: 10_000 }, () => {
    for (const mark of ['> ', '- ', '1. ', '`', '` `` ', '<a', '<https://', '#', '=', '\\'])
      expect(prose(mark.repeat(3000 / mark.length)).length).toBeGreaterThan(2990);
  });

  it('whatever it is: what comes after it is there, as it was meant', () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...[
          '```',
          '~~~',
          '`',
          '``',
          '\\',
          '<b>',
          '<!--',
          '# ',
          '===',
          '---',
          '- ',
          '1. ',
          '> ',
          '\n',
          '\n\n',
          '    ',
        ],
        ...['  ', 'a', ' ', '<script>', '|', '[a]: b', '```x`', '</', '<?', '\t', '**', '*'],
      ),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(pieces, (typed) => {
        const root = parse(`## Before\n\n${prose(typed.join(''))}\n\n## After\n\nthe end`);
        const last = root.children.slice(-2);
        expect(last.map((node) => [node.type, textOf(node)])).toEqual([
          ['heading', 'After'],
          ['paragraph', 'the end'],
        ]);
        const nodes = [...all(root)];
        expect(nodes.filter(({ type }) => type === 'html')).toEqual([]);
        const high = nodes.filter((node): node is Heading => node.type === 'heading' && node.depth < 4);
        expect(high.map((heading) => textOf(heading))).toEqual(['Before', 'After']);
      }),
      { numRuns: 3000 },
    );
  });
});

it.each([
  [0, '0 s'],
  [250, '250 ms'],
  [40_000, '40 s'],
  [130_000, '2 min 10 s'],
  [3_599_900, '1 h'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('a length of %s ms is %s', (length, words) => expect(lengthWords(length)).toBe(words));
