import { describe, expect, it } from 'vitest';
import { render } from '#slack/messages/render.ts';

describe('what does not fit', () => {
  it('is cut before a date, a link or an escaped letter, never through it', () => {
    const deploys = Array.from({ length: 15 }, (_, i) => ({
      ...{
        id: `d${i}`,
        service: `${'&'.repeat(40 + i)}`,
        hints: {},
        version: 'v'.repeat(80),
        environment: 'production',
      },
      ...{
        status: 'succeeded' as const,
        startedAt: 1_700_000_000_000,
        changes: [],
        parts: [],
        url: `https://ci.example/${'x'.repeat(90 + i)}`,
      },
    }));
    const question = {
      request: { ask: 'deploys' as const },
      words: 'deploys',
      by: 'U1',
      place: 'C1',
      direct: false,
    };
    const { blocks } = render(
      { about: 'answer', at: 0, question, answer: { kind: 'deploys', deploys }, problems: [] },
      undefined,
    );
    const [first] = blocks;
    const text = first?.type === 'section' ? (first.text?.text ?? '') : '';
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(text.endsWith('…')).toBe(true);
    expect(text.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  });
});
