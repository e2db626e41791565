import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentionedIn, plainWords } from '#slack/plain-text.ts';

const NAMES = new Map([['U123ABC', 'Ana']]);

describe('a message in plain words', () => {
  it.each([
    ['the fix is out', 'the fix is out'],
    ['<@U123ABC> rolled back', '@Ana rolled back'],
    ['<@U999XYZ> rolled back', '@U999XYZ rolled back'],
    ['<@U999XYZ|bo> rolled back', '@bo rolled back'],
    ['see <#C123ABC|incidents>, <#C999>', 'see #incidents, #C999'],
    ['<!here> and <!subteam^S123|@oncall> and <!subteam^S9>', '@here and @oncall and @S9'],
    ['<https://grafana.example.com/d/1|the dashboard>', 'the dashboard (https://grafana.example.com/d/1)'],
    ['<https://grafana.example.com/d/1>', 'https://grafana.example.com/d/1'],
    ['<http://db.example.com|db.example.com> is away', 'http://db.example.com is away'],
    ['write to <mailto:a@example.com|a@example.com>', 'write to a@example.com'],
    ['<!date^1700000000^{time}|14:03 UTC>', '14:03 UTC'],
    ['p99 &gt; 2 s &amp; errors &lt; 1 %', 'p99 > 2 s & errors < 1 %'],
    ['it says &amp;lt;', 'it says &lt;'],
    ['*bold* and `code` :fire:', '*bold* and `code` :fire:'],
    ['first\r\nsecond', 'first\nsecond'],
    ['<not a mark> &lt;@U123ABC&gt;', '<not a mark> <@U123ABC>'],
  ])('“%s” reads “%s”', (markup, words) => {
    expect(plainWords(markup, NAMES)).toBe(words);
  });

  it('names whom it mentions, each once', () => {
    expect(mentionedIn('<@U123ABC> and <@W2> and <@U123ABC> but not <@U9|bo> or &lt;@U8&gt;')).toEqual([
      'U123ABC',
      'W2',
    ]);
  });

  it('keeps every text that holds no markup as it is', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !/[<>&\r]/.test(one));
    fc.assert(
      fc.property(text, (words) => {
        expect(plainWords(words)).toBe(words.trim());
      }),
    );
  });

  it('reads whatever comes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '|',
      '@',
      '!',
      '#',
      'U1',
      '^',
      '&',
      'lt;',
      'https://a',
      '\ud800',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(plainWords(pieces.join('')).isWellFormed()).toBe(true);
      }),
    );
  });
});
